// How does the local chain say no? Thrown inside, answered in toncenter's shape: {ok: false, error, code}.
import { CocoonError } from '@cocoonkit/sdk/errors';

const STATUSES = [403, 404, 413, 422, 500, 503] as const;

/** HTTP status, which is also toncenter's `code`. */
export type RefusalStatus = (typeof STATUSES)[number];

/** `code` of the error is `DEVNET_REFUSED`; `details.status` is the number that is answered. */
export function refused(status: RefusalStatus, message: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'DEVNET_REFUSED',
    message,
    remedy: 'Change the call; the chain is as it was.',
    details: { status },
  });
}

/** Undefined for anything that `refused` did not make. */
export function readRefusal(error: unknown): { status: RefusalStatus; message: string } | undefined {
  if (!(error instanceof CocoonError) || error.code !== 'DEVNET_REFUSED') return undefined;
  const { status: given } = error.details;
  return { status: STATUSES.find((status) => status === given) ?? 500, message: error.message };
}
