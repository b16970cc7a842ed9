// What do texts to embed look like, and what comes back? The shapes of OpenAI's embeddings, with bill and proof.
import type { Requirements } from '../chat-types.js';
import type { VerifiedReceipt } from '../receipts/verify-receipt.js';
import type { Charge } from '../reply.js';
import type { VerificationReport } from '../report/verification-report.js';

export interface EmbeddingRequest {
  model: string;
  /** One text, or up to 2,048; none empty. */
  input: string | readonly string[];
  /** Length of the vectors, for models that can shorten them. */
  dimensions?: number | undefined;
  /** `base64`: the vector's 32-bit floats, little-endian; a third of the bytes. Default `float`. */
  encoding_format?: 'float' | 'base64' | undefined;
  /** Only machines that meet it are candidates; `REQUIREMENT_UNMET` where none does. */
  requires?: Requirements | undefined;
}

export interface Embedding {
  readonly object: 'embedding';
  readonly index: number;
  /** As `encoding_format` asked. */
  readonly embedding: readonly number[] | string;
}

/** Complete: one vector a text, and a verified receipt. */
export interface EmbeddingReply {
  readonly object: 'list';
  readonly model: string;
  /** In the order of the texts. */
  readonly data: readonly Embedding[];
  /** The same vectors, ready to compute with; all of one length. */
  readonly vectors: readonly Float32Array[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
  readonly receipt: VerifiedReceipt;
  readonly report: VerificationReport;
  readonly charge: Charge;
}
