// What happens to bytes between client and in-memory proxy? One `fetch` function, with the path's faults.
import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import type { MemoryFaults } from './memory-faults.js';
import { answerControl, answerInfer, opensMessage, type ProxyParts, proxyEvidence } from './memory-proxy.js';

/** What somebody on the path would see of a request. */
export interface SeenRequest {
  readonly path: string;
  readonly bytes: number;
  received: number;
  readonly headers: Record<string, string>;
}

export interface MemoryPath {
  readonly requests: SeenRequest[];
  /** Answers under way. */
  running: number;
}

export function memoryFetch(parts: ProxyParts, path: MemoryPath): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const sent = new Uint8Array(await request.arrayBuffer());
    const seen = {
      path: pathname,
      bytes: sent.length,
      received: 0,
      headers: Object.fromEntries(request.headers),
    };
    path.requests.push(seen);
    const { faults, proxy } = parts;
    if (request.signal.aborted) throw request.signal.reason;
    if (pathname === '/v1/evidence') {
      if (faults.evidenceStatus !== undefined) return statusPage(faults.evidenceStatus);
      return whole(proxyEvidence(parts), seen);
    }
    const replica = toHex(proxy.digest.subarray(0, 8));
    const body = faults.message?.(pathname, sent) ?? sent;
    const signal = init?.signal ?? undefined;
    if (pathname.startsWith('/v1/ctl/')) {
      if (faults.controlStatus !== undefined) return statusPage(faults.controlStatus);
      if (pathname !== `/v1/ctl/${replica}`) return statusPage(421);
      if (faults.message !== undefined && !(await opensMessage(body, parts))) return statusPage(400);
      const { controlAnswer } = faults;
      const records = controlAnswer && ((all: Uint8Array[]) => all.map((record) => controlAnswer(record)));
      return streamed(answerControl(body, parts), { records }, { signal, seen, path });
    }
    if (faults.inferStatus !== undefined) return statusPage(faults.inferStatus);
    if (pathname !== `/v1/infer/${replica}`) return statusPage(421);
    if ((faults.wrongReplica ?? 0) > 0) {
      faults.wrongReplica = (faults.wrongReplica ?? 0) - 1;
      return statusPage(421);
    }
    if (faults.message !== undefined && !(await opensMessage(body, parts))) return statusPage(400);
    if (faults.replay === true) await drain(answerInfer(body, parts));
    return streamed(answerInfer(body, parts), faults, { signal, seen, path });
  };
}

function statusPage(status: number): Response {
  return new Response('<h1>text of somebody on the path</h1>', { status });
}

function whole(bytes: Uint8Array, seen: SeenRequest): Response {
  seen.received += bytes.length;
  return new Response(bytes.slice());
}

async function drain(records: AsyncGenerator<Uint8Array>): Promise<void> {
  try {
    while ((await records.next()).done !== true);
  } catch (error) {
    if (!(error instanceof CocoonError)) throw error;
  }
}

/** One record per pull, so that a slow reader slows the worker. */
function streamed(
  records: AsyncGenerator<Uint8Array>,
  faults: Pick<MemoryFaults, 'records' | 'breakAfterRecords' | 'stallAfterRecords'>,
  parts: { signal: AbortSignal | undefined; seen: SeenRequest; path: MemoryPath },
): Response {
  const { signal, seen, path } = parts;
  const changed = faults.records === undefined ? records : change(records, faults.records);
  let sent = 0;
  let open = true;
  path.running++;
  const end = () => {
    if (open) path.running--;
    open = false;
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const abort = () => {
          if (!open) return;
          end();
          controller.error(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
      },
      async pull(controller) {
        if (faults.breakAfterRecords !== undefined && sent >= faults.breakAfterRecords) {
          end();
          controller.error(new TypeError('connection reset'));
          return;
        }
        // Only an abort or a cancel ends it.
        if (faults.stallAfterRecords !== undefined && sent >= faults.stallAfterRecords)
          return new Promise<void>(() => undefined);
        try {
          const { done, value } = await changed.next();
          if (signal?.aborted === true) return;
          if (done === true) {
            end();
            return controller.close();
          }
          sent++;
          seen.received += value.length;
          controller.enqueue(value);
        } catch (error) {
          end();
          throw error;
        }
      },
      async cancel() {
        end();
        await changed.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream);
}

async function* change(
  records: AsyncGenerator<Uint8Array>,
  edit: (records: Uint8Array[]) => Uint8Array[],
): AsyncGenerator<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const record of records) all.push(record);
  yield* edit(all);
}
