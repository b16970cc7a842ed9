// What does the kit need from whatever answers? The least that lets it verify, ask, stop and know what was paid.
import type { ChatMessage, VerificationReport, VerifiedReceipt } from '@cocoonkit/sdk';

/** What a model can be asked for; from the verified manifests of the machines that offer it. */
export type ModelFeature = 'chat' | 'summarize' | 'quote' | 'search' | 'vision';

export interface ModelRequest {
  readonly messages: readonly ChatMessage[];
  /** Tokens of the answer, at most. */
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  /** For models that only extract: what to do with the last user message. */
  readonly extract?:
    | {
        readonly task: 'summarize' | 'quote' | 'search';
        readonly query?: string | undefined;
        readonly sentences?: number | undefined;
        readonly maxWords?: number | undefined;
      }
    | undefined;
}

/** Pieces of text as they arrive; iterate once. Ending the iteration early, `cancel` or the signal stop the spending. */
export interface ModelAnswer extends AsyncIterable<string> {
  /** Of the machines that answered. Settles when the answer has been read to its end. */
  readonly report: Promise<VerificationReport>;
  /** The verified bill. Settles with `report`. */
  readonly receipt: Promise<VerifiedReceipt>;
  cancel(): Promise<void>;
}

export interface PrivateModel {
  readonly id: string;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** nanoTON for a million tokens, by the proxy's lowest factor; absent where it is not known. */
  readonly price?: { readonly promptPerMillion: bigint; readonly completionPerMillion: bigint } | undefined;
  readonly features: ReadonlySet<ModelFeature>;
  /** True when its machines are SIMULATED: then nothing is protected, and every badge says so. */
  readonly simulated: boolean;
  /** Exact count, where one exists; otherwise the kit estimates by script. */
  countTokens?(text: string): number;
  /** Verifies the proxy and the machines now. @throws CocoonError kind `attestation`: then nothing may be sent */
  verify(signal?: AbortSignal): Promise<VerificationReport>;
  stream(request: ModelRequest): ModelAnswer;
}
