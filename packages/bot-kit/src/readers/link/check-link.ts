// May this address be opened, and at which public addresses is it? Names are looked up once, and only what was checked is used.
import { isIP } from 'node:net';
import { linkError } from './link-error.js';

export interface LinkRules {
  readonly allowHttp: boolean;
  /** Besides 443 (and 80 with `allowHttp`). */
  readonly ports: readonly number[];
  readonly mayConnect: (address: string) => boolean;
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

export interface CheckedLink {
  readonly url: URL;
  /** All of them public; no other may be connected to. */
  readonly addresses: readonly string[];
}

const URL_UNITS_MAX = 2_000;
const ADDRESSES_MAX = 8;
/** Names that only mean something inside a network. */
const INNER_NAME =
  /^[^.]*\.?$|\.(?:local|localhost|internal|intranet|lan|home|corp|private|home\.arpa|onion|test|invalid)\.?$/i;

/** Shape only: what can be said without asking anybody. @throws CocoonError `LINK_INVALID`, `LINK_NOT_ALLOWED` */
export function parseLink(text: string, { allowHttp, ports }: LinkRules, base?: URL): URL {
  if (text.length > URL_UNITS_MAX || !URL.canParse(text, base)) throw linkError('LINK_INVALID');
  // Hosts such as 2130706433, 0x7f.1 and 0177.0.0.1 become ordinary addresses here.
  const url = new URL(text, base);
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    throw linkError('LINK_NOT_ALLOWED', { reason: 'protocol' });
  if (url.username !== '' || url.password !== '')
    throw linkError('LINK_NOT_ALLOWED', { reason: 'credentials' });
  if (url.port !== '' && !ports.includes(Number(url.port)))
    throw linkError('LINK_NOT_ALLOWED', { reason: 'port' });
  url.hash = '';
  return url;
}

/** @throws CocoonError `LINK_PRIVATE_ADDRESS`, `LINK_NOT_FOUND` */
export async function checkLink(url: URL, { mayConnect, resolve }: LinkRules): Promise<CheckedLink> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await lookUp(host, resolve) : [host];
  // One private address among public ones is how a name is made to lead inside.
  if (addresses.some((address) => !mayConnect(address))) throw linkError('LINK_PRIVATE_ADDRESS');
  return { url, addresses: addresses.slice(0, ADDRESSES_MAX) };
}

async function lookUp(host: string, resolve: LinkRules['resolve']): Promise<readonly string[]> {
  if (INNER_NAME.test(host)) throw linkError('LINK_PRIVATE_ADDRESS');
  const addresses = await resolve(host).catch(() => []);
  if (addresses.length === 0) throw linkError('LINK_NOT_FOUND');
  return addresses;
}
