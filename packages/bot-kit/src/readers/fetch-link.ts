// What is behind a link somebody sent? Fetched for them, from public addresses only, with limits on everything.
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { CocoonError } from '@cocoonkit/sdk';
import { type Clock, systemClock } from '../clock.js';
import { checkLink, type LinkRules, parseLink } from './link/check-link.js';
import { linkError } from './link/link-error.js';
import { isPublicAddress } from './link/public-address.js';
import { readBody, requestPage } from './link/request-page.js';

export interface LinkLimits {
  readonly maxBytes: number;
  /** For all of it, redirects included. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
}

export const LINK_LIMITS: LinkLimits = { maxBytes: 5 * 1024 * 1024, timeoutMs: 10_000, maxRedirects: 3 };

export interface FetchLinkOptions {
  /** As the user sent it. Never one that a model or a document wrote. */
  readonly url: string;
  readonly limits?: Partial<LinkLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Also http. Default: https only. */
  readonly allowHttp?: boolean | undefined;
  /** Ports besides the usual ones. Default: none. */
  readonly ports?: readonly number[] | undefined;
  /** Addresses of a name. Default: the system's. */
  readonly resolve?: ((host: string) => Promise<readonly string[]>) | undefined;
  /** Certificates in PEM to trust instead of the platform's. */
  readonly ca?: string | undefined;
  readonly clock?: Clock | undefined;
  /** Addresses that are not public and yet may be connected to. For tests. */
  readonly dangerouslyAllowAddress?: ((address: string) => boolean) | undefined;
}

export interface FetchedLink {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** With its parameters; for `readDocument`. */
  readonly mime: string | undefined;
  /** After redirects. */
  readonly url: string;
}

const TYPES = new Set(['text/html', 'application/xhtml+xml', 'text/plain', 'application/pdf']);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The site sees one request from the bot's server: no cookies, no referrer, nothing of the user. Every hop is checked anew,
 * and connected to at the very addresses that were checked.
 *
 * @throws CocoonError a code of `LINK_CODES`; kind `aborted`, `ABORTED`, when the signal fires. No error holds an address.
 */
export async function fetchLink(options: FetchLinkOptions): Promise<FetchedLink> {
  const limits = { ...LINK_LIMITS, ...options.limits };
  const allow = options.dangerouslyAllowAddress;
  const rules: LinkRules = {
    allowHttp: options.allowHttp ?? false,
    ports: options.ports ?? [],
    mayConnect: (address) => isPublicAddress(address) || allow?.(address) === true,
    resolve: options.resolve ?? resolveHost,
  };
  const stop = new AbortController();
  const ended = new AbortController();
  const outer = options.signal;
  const refused = new Promise<never>((_, reject) => {
    const end = (cause: CocoonError): void => {
      reject(cause);
      stop.abort();
    };
    if (outer?.aborted) end(aborted());
    outer?.addEventListener('abort', () => end(aborted()), { signal: ended.signal });
    (options.clock ?? systemClock).sleep(limits.timeoutMs, ended.signal).then(
      () => end(linkError('LINK_TIMEOUT', { milliseconds: limits.timeoutMs })),
      () => undefined,
    );
  });
  try {
    return await Promise.race([refused, follow(options, rules, limits, stop.signal)]);
  } finally {
    ended.abort();
    stop.abort();
  }
}

async function follow(
  { url: text, ca }: FetchLinkOptions,
  rules: LinkRules,
  limits: LinkLimits,
  signal: AbortSignal,
): Promise<FetchedLink> {
  let url = parseLink(text, rules);
  for (let hop = 0; hop <= limits.maxRedirects; hop++) {
    if (signal.aborted) throw aborted();
    const response = await requestPage({ ...(await checkLink(url, rules)), signal, ca });
    const next = nextHop(response, rules, url);
    if (next !== undefined) {
      response.destroy();
      url = next;
      continue;
    }
    try {
      const mime = checkHead(response);
      return { bytes: await readBody(response, limits.maxBytes), mime, url: url.href };
    } finally {
      response.destroy();
    }
  }
  throw linkError('LINK_REDIRECTS', { most: limits.maxRedirects });
}

function nextHop({ statusCode = 0, headers }: IncomingMessage, rules: LinkRules, url: URL): URL | undefined {
  if (!REDIRECTS.has(statusCode) || headers.location === undefined) return undefined;
  return parseLink(headers.location, rules, url);
}

function checkHead({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  if (statusCode !== 200) throw linkError('LINK_STATUS', { status: statusCode });
  const mime = headers['content-type'];
  const type = mime?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && !TYPES.has(type)) throw linkError('LINK_TYPE', { reason: 'type' });
  return mime;
}

async function resolveHost(host: string): Promise<string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

function aborted(): CocoonError {
  return new CocoonError({
    kind: 'aborted',
    code: 'ABORTED',
    message: 'Opening the link was stopped.',
    remedy: 'Send it again to open it.',
  });
}
