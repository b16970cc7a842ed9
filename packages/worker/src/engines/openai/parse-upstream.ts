// Where is the model server, and does talking to it stay inside this machine?
import { isIPv4 } from 'node:net';
import { upstreamError } from './upstream-error.js';

/** Linux allows 108 bytes with the closing zero (unix(7)). */
const MAX_SOCKET_PATH_BYTES = 107;

export interface Upstream {
  origin: string;
  /** Base path without a slash at the end, for example `/v1`. */
  basePath: string;
  socketPath?: string | undefined;
  /** True when the server is not provably in this machine. */
  external: boolean;
}

// The authority is read from the text itself: the URL parser would turn 2130706433, 0x7f.1 and 127.1 into 127.0.0.1, and
// an address that its writer and its readers understand differently has no place in a security setting.
const HTTP_URL = /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?(\/[A-Za-z0-9._~/-]*)?$/;

/**
 * Reads `http://127.0.0.1:8000/v1`, `http://[::1]:8000/v1`, `http://localhost:8000/v1` or `unix:/path.sock` (base path `/v1`).
 *
 * @throws CocoonError kind `config`: `UPSTREAM_INVALID` (no such address, credentials, query, fragment), `UPSTREAM_NOT_LOCAL`.
 */
export function parseUpstream(text: string, options: { allowUnattested: boolean }): Upstream {
  if (text.startsWith('unix:')) return parseSocket(text.slice('unix:'.length));
  const [, scheme, host, port, path] = HTTP_URL.exec(text) ?? [];
  if (scheme === undefined || host === undefined || Number(port ?? 1) > 65_535) {
    throw upstreamError('UPSTREAM_INVALID');
  }
  const external = !isLoopback(host);
  if (external && !options.allowUnattested) throw upstreamError('UPSTREAM_NOT_LOCAL');
  const address = `${scheme}://${host}${port === undefined ? '' : `:${port}`}`;
  if (!URL.canParse(address)) throw upstreamError('UPSTREAM_INVALID');
  const url = new URL(address);
  if (!external && url.hostname !== host) throw upstreamError('UPSTREAM_INVALID');
  return { origin: url.origin, basePath: (path ?? '').replace(/\/+$/, ''), external };
}

function parseSocket(socketPath: string): Upstream {
  const fits = Buffer.byteLength(socketPath) <= MAX_SOCKET_PATH_BYTES;
  if (!socketPath.startsWith('/') || socketPath.includes('\0') || !fits)
    throw upstreamError('UPSTREAM_INVALID');
  return { origin: 'http://localhost', basePath: '/v1', socketPath, external: false };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
