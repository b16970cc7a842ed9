// Did a bag of cells arrive whole? CRC-32C (RFC 3720, Castagnoli): against accidents, not against anybody.

/** Reflected polynomial 0x1edc6f41. */
const POLYNOMIAL = 0x82f63b78;

/** As an unsigned number; a bag of cells stores it least significant byte first. */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return ~crc >>> 0;
}
