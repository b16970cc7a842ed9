// Which evidence does a worker offer, and how does a release reach it? A file, or the waiting worker's own address.
import { platform } from '#platform';
import { CocoonError } from '../errors.js';
import { concat, equalBytes, fromUtf8 } from '../internal/bytes.js';
import { decodeEvidenceBundle, type Evidence } from '../protocol/evidence.js';
import { LIMITS } from '../protocol/limits.js';
import { readLimited, usage } from './read-input.js';

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 4_096;

export function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text);
}

/** Hostile bytes. @throws CocoonError `EVIDENCE_UNAVAILABLE`, `EVIDENCE_NOT_ONE`, `MALFORMED` */
export async function readWorkerEvidence(
  from: string,
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal: AbortSignal },
): Promise<Evidence & { collateral: Uint8Array }> {
  const bundle = decodeEvidenceBundle(
    isAddress(from)
      ? await ask(addressOf(from, '/v1/evidence'), { fetch, signal, maxBytes: LIMITS.evidenceBundleBytes })
      : await readLimited(from, LIMITS.evidenceBundleBytes),
  );
  const [evidence] = bundle.machines;
  const collateral = bundle.collaterals.find(
    (candidate) => evidence !== undefined && equalBytes(platform.sha256(candidate), evidence.collateralHash),
  );
  if (evidence === undefined || bundle.machines.length > 1 || collateral === undefined)
    throw usage(
      'EVIDENCE_NOT_ONE',
      'The evidence is not that of one machine with its collateral.',
      'Pass what one waiting worker offers.',
    );
  return { ...evidence, collateral };
}

/** @throws CocoonError `RELEASE_REFUSED` with the worker's words as an unauthenticated hint, `EVIDENCE_UNAVAILABLE` */
export async function deliverRelease(
  to: string,
  release: Uint8Array,
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal: AbortSignal },
): Promise<void> {
  const answer = await ask(addressOf(to, '/v1/model-release'), {
    fetch,
    signal,
    maxBytes: MAX_ANSWER_BYTES,
    body: release,
  });
  let told: unknown;
  try {
    told = JSON.parse(fromUtf8(answer));
  } catch {
    told = undefined;
  }
  if (typeof told === 'object' && told !== null && 'accepted' in told && told.accepted === true) return;
  const code = typeof told === 'object' && told !== null && 'code' in told ? String(told.code) : '';
  throw new CocoonError({
    kind: 'network',
    code: 'RELEASE_REFUSED',
    message: `The worker did not take the release${/^[A-Z_]{3,40}$/.test(code) ? `: it says ${code}` : ''}.`,
    remedy:
      'Release the key again: the worker may have made new keys meanwhile. PROTOCOL.md §17 explains the codes.',
    source: 'none',
  });
}

/** The address of the machine is enough; a whole one is taken as it is. */
function addressOf(text: string, path: string): URL {
  const url = new URL(text);
  if (url.pathname === '/' || url.pathname === '/v1/evidence') url.pathname = path;
  return url;
}

async function ask(
  url: URL,
  options: {
    fetch: typeof globalThis.fetch;
    signal: AbortSignal;
    maxBytes: number;
    body?: Uint8Array | undefined;
  },
): Promise<Uint8Array> {
  const { fetch, signal, maxBytes, body } = options;
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(body === undefined ? {} : { method: 'POST', body: Uint8Array.from(body) }),
    });
    // A refusal of a release says why in its body.
    if (!response.ok && !(body !== undefined && response.status === 422))
      throw new TypeError(`status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > maxBytes) throw new TypeError('longer than the limit');
      chunks.push(chunk);
    }
    return concat(...chunks);
  } catch (cause) {
    throw new CocoonError({
      kind: 'network',
      code: 'EVIDENCE_UNAVAILABLE',
      message: 'The worker does not answer as a worker that waits for a model’s key does.',
      remedy:
        'Check the address of --to, and that the worker waits: once it has its model it stops to answer there.',
      source: 'none',
      cause,
    });
  }
}
