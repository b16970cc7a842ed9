// Why was a link not opened? Neither its address nor anything of the page is in an error.
import { CocoonError, type ErrorKind } from '@cocoonkit/sdk';

const REASONS = {
  LINK_INVALID: [
    'config',
    'This is not a web address that can be opened.',
    'Send a link that begins with https://.',
  ],
  LINK_NOT_ALLOWED: [
    'config',
    'Links of this kind are not opened.',
    'Send an https:// link without name, password or port.',
  ],
  LINK_PRIVATE_ADDRESS: ['config', 'The link leads into a private network.', 'Send a link to a public page.'],
  LINK_NOT_FOUND: ['network', 'The site of this link does not exist.', 'Check the link.'],
  LINK_UNREACHABLE: ['network', 'The site could not be reached safely.', 'Try again later.'],
  LINK_STATUS: ['network', 'The site did not give the page out.', 'Open it yourself and send the text.'],
  LINK_REDIRECTS: [
    'network',
    'The link leads from one place to the next without end.',
    'Send the last address.',
  ],
  LINK_TOO_BIG: ['config', 'The page is larger than the limit.', 'Send the part that matters.'],
  LINK_TYPE: [
    'config',
    'The link is neither a page, a text nor a PDF.',
    'Send a link to a page or the file itself.',
  ],
  LINK_TIMEOUT: ['network', 'The site took too long.', 'Try again later, or send the text.'],
} as const satisfies Record<string, readonly [ErrorKind, message: string, remedy: string]>;

export type LinkCode = keyof typeof REASONS;

export const LINK_CODES = Object.keys(REASONS);

export function linkError(
  code: LinkCode,
  details: Readonly<Record<string, string | number>> = {},
): CocoonError {
  const [kind, message, remedy] = REASONS[code];
  return new CocoonError({ kind, code, message, remedy, details });
}
