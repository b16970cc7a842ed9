// Which headers does every public answer carry? Readable from any page, kept by nobody, never held back (PROTOCOL.md §15).

export const PUBLIC_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
} as const;

export const BINARY = 'application/octet-stream';
