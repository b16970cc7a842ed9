// How is one page asked for, at an address that was checked, without telling more than that somebody asks?
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { createGunzip } from 'node:zlib';
import type { CheckedLink } from './check-link.js';
import { linkError } from './link-error.js';

const HEADERS = {
  'user-agent': 'Mozilla/5.0 (compatible; CocoonKit)',
  accept: 'text/html, text/plain, application/pdf',
  'accept-encoding': 'gzip, identity',
};
const HEADER_BYTES_MAX = 32 * 1024;

export interface PageRequest extends CheckedLink {
  readonly signal: AbortSignal;
  /** Certificates to trust instead of the platform's. */
  readonly ca?: string | undefined;
}

/** The head has arrived; the body waits. @throws CocoonError `LINK_UNREACHABLE` */
export function requestPage({ url, addresses, signal, ca }: PageRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'GET',
      headers: HEADERS,
      lookup: pinned(addresses),
      // A connection of its own: nothing is shared with other users' requests.
      agent: false,
      maxHeaderSize: HEADER_BYTES_MAX,
      signal,
    };
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) })
        : requestHttp(url, options);
    request.on('response', resolve);
    // Errors of sockets name hosts and addresses.
    request.on('error', () => reject(linkError('LINK_UNREACHABLE')));
    request.end();
  });
}

/** Whatever a second look-up would say: only the checked addresses exist. */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    const [first] = all;
    if (options.all === true) callback(null, all);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** Unpacked, and never more than `most` bytes of it. @throws CocoonError `LINK_TOO_BIG`, `LINK_TYPE`, `LINK_UNREACHABLE` */
export async function readBody(response: IncomingMessage, most: number): Promise<Uint8Array<ArrayBuffer>> {
  // Before waiting for any of it.
  if (Number(response.headers['content-length']) > most) throw linkError('LINK_TOO_BIG', { most });
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') throw linkError('LINK_TYPE', { reason: 'encoding' });
  const pieces: Uint8Array[] = [];
  let length = 0;
  const body = encoding === 'gzip' ? response.pipe(createGunzip()) : response;
  // A broken connection must end the unpacking as well.
  if (body !== response)
    response.on('error', (cause) => body.destroy(cause)).on('aborted', () => body.destroy());
  try {
    for await (const piece of body) {
      length += piece.length;
      if (length > most) throw linkError('LINK_TOO_BIG', { most });
      pieces.push(piece);
    }
  } catch (cause) {
    throw length > most ? cause : linkError('LINK_UNREACHABLE');
  }
  const bytes = new Uint8Array(length);
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}
