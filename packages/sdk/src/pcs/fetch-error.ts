// What does a failed fetch mean, and what can the operator do about it?
import { HTTPError } from 'ky';
import { CocoonError } from '../errors.js';
import { TooLongError } from './get-answer.js';

export type FetchSubject = 'TCB info' | 'QE identity' | 'PCK CRL' | 'root CRL';

/** Says which document failed and how; addresses and bodies stay out. */
export function collateralFetchError(cause: unknown, subject: FetchSubject, aborted: boolean): CocoonError {
  if (aborted) return fail('ABORTED', 'Fetching collateral was stopped.', 'Start again when you want it.');
  if (cause instanceof TooLongError) {
    return fail(
      'COLLATERAL_TOO_LARGE',
      `The ${subject} is longer than allowed.`,
      'Check that the address is a PCS or PCCS; raise maxBytes only if it is.',
    );
  }
  if (cause instanceof HTTPError) {
    // Nobody reads an error page: without this it would keep its connection.
    void cause.response.body?.cancel().catch(() => undefined);
    return statusError(cause.response.status, subject);
  }
  return fail(
    'COLLATERAL_UNAVAILABLE',
    `The ${subject} did not arrive: the service cannot be reached, or not in time.`,
    'Check address, network and, for a PCCS, that its certificate is trusted here (NODE_EXTRA_CA_CERTS) or use http.',
    {},
    cause,
  );
}

function statusError(status: number, subject: FetchSubject): CocoonError {
  const details = { status };
  if (status === 404 && subject === 'TCB info') {
    return fail(
      'COLLATERAL_UNKNOWN_PLATFORM',
      'The service has no TDX TCB info for this FMSPC.',
      'Check the FMSPC (quotePlatform reads it from a quote) and that the platform supports TDX; a PCCS may have to fetch it first.',
      details,
    );
  }
  if (status === 410) {
    return fail(
      'COLLATERAL_WITHDRAWN',
      'Intel no longer issues documents with this evaluation data number.',
      'Ask for a newer tcbEvaluationDataNumber, or for none.',
      details,
    );
  }
  if (status === 429 || status >= 500) {
    return fail(
      'COLLATERAL_UNAVAILABLE',
      `The service answered ${status} for the ${subject}, also when asked again.`,
      'Try later. A PCCS of your own keeps answers and needs Intel’s service rarely.',
      details,
    );
  }
  return fail(
    'COLLATERAL_REFUSED',
    `The service answered ${status} for the ${subject}.`,
    'Check that the address is the base of a PCS or PCCS with API version 4.',
    details,
  );
}

function fail(
  code: string,
  message: string,
  remedy: string,
  details: Readonly<Record<string, number>> = {},
  cause?: unknown,
): CocoonError {
  return new CocoonError({
    kind: code === 'ABORTED' ? 'aborted' : 'network',
    code,
    message,
    remedy,
    details,
    cause,
  });
}
