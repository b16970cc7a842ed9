// How are bytes written as text? base64url without padding, RFC 4648 section 5; a file of its own, because code loaded later needs nothing else.
export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
