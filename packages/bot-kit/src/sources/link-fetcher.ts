// How are pages of chosen hosts opened, an internal wiki for instance? By the operator's own fetcher; all other hosts stay behind the guard.
import { CocoonError } from '@cocoonkit/sdk';
import { callHook, type HookBoundary, type HookOptions } from '../hooks/call-hook.js';
import { LINK_LIMITS, type LinkLimits } from '../readers/fetch-link.js';
import { parseLink } from '../readers/link/check-link.js';
import { linkError } from '../readers/link/link-error.js';

/** Whoever may use the bot can read what its fetchers can: they ask with the bot's rights, not with the person's. */
export interface LinkFetcher {
  /** Exact names (`wiki.corp.example`), or `*.corp.example` for all names below. */
  readonly hosts: readonly string[];
  /** `bytes` may be longer than the limit only to be refused. Redirects are the fetcher's own business. */
  fetch(
    url: URL,
    options: HookOptions & { readonly limits: LinkLimits },
  ): Promise<{ readonly bytes: Uint8Array; readonly mime?: string | undefined }>;
}

export interface FetchedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mime: string | undefined;
}

const HOST = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** @throws CocoonError `OPTIONS_INVALID` */
export function checkFetchers(fetchers: readonly LinkFetcher[] = []): void {
  for (const { hosts, fetch } of fetchers)
    if (typeof fetch !== 'function' || hosts.length === 0 || !hosts.every((host) => HOST.test(host)))
      throw new CocoonError({
        kind: 'config',
        code: 'OPTIONS_INVALID',
        message: 'privateAI(): each of `links.fetchers` must have `fetch` and `hosts` in small letters.',
        remedy: 'Write wiki.corp.example, or *.corp.example for all names below it.',
        details: { field: 'links.fetchers' },
      });
}

/** Only for a link as the person typed it: no page elsewhere can lead to a fetcher by a redirect. */
export function fetcherFor(fetchers: readonly LinkFetcher[] = [], url: string): LinkFetcher | undefined {
  if (!URL.canParse(url)) return undefined;
  const host = new URL(url).hostname.replace(/\.$/, '');
  return fetchers.find(({ hosts }) =>
    hosts.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one)),
  );
}

/** @throws CocoonError a code of `LINK_CODES`, or a `refusal()`; neither address nor content is in it */
export async function fetchWith(
  fetcher: LinkFetcher,
  text: string,
  { limits: given, ...boundary }: Omit<HookBoundary, 'ms'> & { limits: Partial<LinkLimits> },
): Promise<FetchedFile> {
  const limits = { ...LINK_LIMITS, ...given };
  const shape = new URL(text);
  // Chosen hosts may be http and on any port; names and passwords are in no link.
  const url = parseLink(text, {
    allowHttp: true,
    ports: shape.port === '' ? [] : [Number(shape.port)],
    mayConnect: () => false,
    resolve: async () => [],
  });
  try {
    const { bytes, mime } = await callHook(
      'links.fetchers',
      async (options) => {
        const made = await fetcher.fetch(url, { ...options, limits });
        if (!(made?.bytes instanceof Uint8Array)) throw new TypeError('no bytes');
        return made;
      },
      { ...boundary, ms: limits.timeoutMs },
    );
    if (bytes.length > limits.maxBytes) throw linkError('LINK_TOO_BIG', { most: limits.maxBytes });
    // A copy: readers wipe what they are given, and a fetcher may keep a cache.
    return { bytes: new Uint8Array(bytes), mime: typeof mime === 'string' ? mime : undefined };
  } catch (error) {
    if (!(error instanceof CocoonError)) throw error;
    if (error.code === 'HOOK_FAILED') throw linkError('LINK_UNREACHABLE');
    if (error.code === 'HOOK_TIMEOUT') throw linkError('LINK_TIMEOUT');
    throw error;
  }
}
