// Where does randomness come from? Always from the caller, so that every run can be repeated.

/** Returns `length` unpredictable bytes. */
export type Random = (length: number) => Uint8Array;
