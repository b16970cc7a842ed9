// Who asks this machine's GPUs for evidence? A program beside the worker, over loopback or a unix socket, once for every set of keys.
import { packGpuEvidence } from '@cocoonkit/sdk/attestation';
import { Agent, request } from 'undici';
import { connectOptions } from './engines/openai/connect-options.js';
import { parseUpstream } from './engines/openai/parse-upstream.js';
import { workerError } from './worker-error.js';

/** NVIDIA's service and its revocation checks take seconds, and more with eight GPUs. */
const ANSWER_MS = 60_000;
const MAX_ANSWER_BYTES = 262_144;

/** The GpuEvidence document (PROTOCOL.md §5.7) for 32 bytes that the GPUs must answer. */
export type GpuProvider = (nonce: Uint8Array) => Promise<Uint8Array>;

/**
 * `http://127.0.0.1:9000/gpu`, or `unix:/run/gpu.sock` (then the path is `/v1`): gets `POST {"nonce":"<64 hex digits>"}` and answers with the
 * JSON of NVIDIA's tools, `{"evidences":[{"evidence","certificate"}],"detached_eat":[…]}`. What it answers is judged by clients, not here.
 * @throws CocoonError `GPU_EVIDENCE_UNAVAILABLE` from the provider; `UPSTREAM_INVALID`, `UPSTREAM_NOT_LOCAL` at once
 */
export function createGpuProvider(address: string): GpuProvider {
  const place = parseUpstream(address, { allowUnattested: false });
  const url = `${place.origin}${place.basePath === '' ? '/' : place.basePath}`;
  return async (nonce) => {
    // A connection each time: an hour lies between two questions.
    const dispatcher = new Agent({ connect: connectOptions(place) });
    try {
      const answer = await request(url, {
        dispatcher,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ nonce: Buffer.from(nonce).toString('hex') }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (answer.statusCode !== 200) throw unavailable(`status ${answer.statusCode}`);
      return packGpuEvidence(await readUpTo(answer.body));
    } catch (cause) {
      throw unavailable('no usable answer', cause);
    } finally {
      await dispatcher.destroy();
    }
  };
}

async function readUpTo(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw unavailable('longer than 256 KiB');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function unavailable(reason: string, cause?: unknown): Error {
  return workerError({
    kind: 'attestation',
    code: 'GPU_EVIDENCE_UNAVAILABLE',
    message: `The program at --gpu-evidence gave no GPU evidence: ${reason}.`,
    remedy:
      'Start it before the worker, and let it answer with the JSON that NVIDIA’s tools print for the nonce it gets.',
    cause,
  });
}
