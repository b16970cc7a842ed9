// Where does randomness come from? Always from the caller, so that every run can be repeated.
import { platform } from '#platform';

/** Returns `length` unpredictable bytes. */
export type Random = (length: number) => Uint8Array;

/** The platform's own source: only with this one may it also make the randomness of its own key encapsulation. */
export const systemRandom: Random = platform.randomBytes;
