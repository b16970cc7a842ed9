// How does a stranger's text reach the model without being taken for an order? Between marks nobody can guess.

/** The text between two marks made for this request alone, so that nothing inside can end the part early. */
export function dataPart(text: string, randomBytes: (length: number) => Uint8Array): string {
  const mark = Array.from(randomBytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `<<<text ${mark}\n${text}\ntext ${mark}>>>`;
}
