// How do bytes become the text a storage adapter keeps?

export const toBytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const toText = (bytes: ArrayBuffer): string => new TextDecoder().decode(bytes);
export const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** `undefined` for what is no base64url. */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  return /^[A-Za-z0-9_-]*$/.test(text) ? new Uint8Array(Buffer.from(text, 'base64url')) : undefined;
}
