// Every size and time limit of the protocol, in one table (PROTOCOL.md §12). Lengths in bytes, times in the unit of the name.

export const LIMITS = {
  /** Padded request body, sealed. */
  bodyBytes: 16 * 1024 * 1024,
  /** Plain bytes of one body chunk. */
  bodyChunkBytes: 65_536,
  /** Plain bytes of one answer frame. */
  frameBytes: 65_536,
  /** One model chunk (JSON) in the answer. */
  itemBytes: 1024 * 1024,
  /** Record on the wire: frame plus framing. */
  recordBytes: 65_536 + 64,
  /** Frames of one answer. */
  frames: 2 ** 32 - 1,
  /** Sealed part of an envelope or control message. */
  envelopeBytes: 65_536,
  /** Answer to a control message, opened. */
  controlAnswerBytes: 1024 * 1024,
  manifestBytes: 8_192,
  quoteBytes: 16_384,
  collateralBytes: 262_144,
  /** Used part of a machine’s boot log. Sixteen of them fit into a bundle. */
  eventLogBytes: 49_152,
  /** GPU evidence of one machine: it must fit a worker channel's first message beside quote and collateral. */
  gpuEvidenceBytes: 65_536,
  evidenceBundleBytes: 1024 * 1024,
  /** Digests in one evidence request. */
  evidenceBatch: 16,
  candidates: 8,
  grantChain: 2,
  /** Workers on one roster page, and pages of one roster. */
  rosterPageEntries: 128,
  rosterPages: 256,
  models: 256,
  jsonDepth: 32,
  /** Texts of one request for embeddings. */
  embeddingInputs: 2_048,
  /** One WebSocket message on a worker channel. */
  linkMessageBytes: 131_072,
  /** Flow-control window of one stream in one direction. */
  streamWindowBytes: 262_144,
  /** Requests open at once on one worker channel. */
  linkStreams: 1_024,
  /** Request life: `expires` may be this far ahead. */
  expiresAheadSeconds: 300,
  /** Tolerance for `expires` and beacons between two clocks. */
  clockToleranceSeconds: 60,
  grantToleranceSeconds: 5,
  leafGrantSeconds: 86_400,
  issuerGrantSeconds: 90 * 86_400,
  manifestLifeSeconds: 86_400,
  rosterLifeSeconds: 60,
  ticketLifeSeconds: 600,
  /** A quote's beacon may be this old. */
  quoteAgeSeconds: 5_400,
  /** How long a request may run. */
  maxMs: 600_000,
  /** How long a worker goes on without a client. */
  detachMs: 60_000,
  /** A receipt may arrive this long after `expires + maxMs`. */
  receiptGraceSeconds: 600,
  /** Finished answers a worker keeps for resuming. */
  resumeSeconds: 600,
  resumeStreamBytes: 4 * 1024 * 1024,
  resumeWorkerBytes: 256 * 1024 * 1024,
  handshakeMs: 10_000,
  padSilenceMs: 10_000,
  /** A worker that owes records, or room for the body, and sends nothing for this long is given up; a client that takes nothing, too. */
  silenceMs: 30_000,
  /** A client gives up a connection on which nothing comes for this long: later than its proxy gives up a worker. */
  answerSilenceMs: 45_000,
  coalesceMs: 40,
  coalesceTokens: 16,
  usageEveryTokens: 64,
} as const;
