// Where may a link of a model lead, and does its text tell the truth about it?

export type LinkPolicy =
  /** Web and mail addresses can be pressed. */
  | 'web'
  /** Nothing can be pressed: for text drawn from documents that strangers wrote. */
  | 'none'
  /** Only addresses that begin so can be pressed: those whoever asks for the answer has made. */
  | { readonly only: string };

export type Judged =
  /** The text may be pressed. */
  | { show: 'text'; url: string }
  /** The text does not say where it leads: the address is shown in full beside it, and that is what can be pressed. */
  | { show: 'address'; url: string }
  /** The address is shown but cannot be pressed. */
  | { show: 'inert'; address: string };

const MAX_ADDRESS = 2_048;
/** Something like a host, an address, a name of Telegram or a command. */
const LIKE_AN_ADDRESS = /:\/\/|www\.|@|(?:^|\s)\/\w|[\p{L}\p{N}-]\.\p{L}{2}/u;

/** @param label the visible text, already free of invisible characters */
export function judgeLink(label: string, address: string, policy: LinkPolicy): Judged {
  const url = policy === 'none' ? undefined : webAddress(address);
  if (url === undefined || (typeof policy === 'object' && !url.startsWith(policy.only)))
    return { show: 'inert', address: address.slice(0, MAX_ADDRESS) };
  const text = label.trim();
  if (text === '' || (LIKE_AN_ADDRESS.test(text) && !same(text, url))) return { show: 'address', url };
  return { show: 'text', url };
}

/** http, https or mailto, without a user name that could pose as the host; as the browser would write it. */
function webAddress(address: string): string | undefined {
  let url: URL;
  try {
    url = new URL(/^www\./i.test(address) ? `https://${address}` : address);
  } catch {
    return undefined;
  }
  const web = (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '';
  if (!web && url.protocol !== 'mailto:') return undefined;
  if (url.username !== '' || url.password !== '' || url.href.length > MAX_ADDRESS) return undefined;
  return url.href;
}

/** Letter by letter, apart from the scheme and a slash at the end. */
function same(text: string, url: string): boolean {
  const bare = (address: string) =>
    address
      .replace(/^(?:https?:\/\/|mailto:)/i, '')
      .replace(/\/$/, '')
      .toLowerCase();
  return bare(text) === bare(url);
}
