// What does chat() return? An OpenAI chat completion with its bill and its proof. Loaded when chat() is first called.
import type { Choice, ReplyUsage } from './chat-types.js';
import type { Exchange, Outcome } from './exchange.js';
import { toHex } from './internal/bytes.js';
import type { VerifiedReceipt } from './receipts/verify-receipt.js';
import { type Assembler, createAssembler } from './reply-assemble.js';
import type { TruncatedError } from './reply-truncated.js';
import type { VerificationReport } from './report/verification-report.js';

/** What the account pays, from the verified receipt: adjusted tokens and nanoTON. */
export interface Charge {
  readonly tokens: bigint;
  readonly client: bigint;
  readonly worker: bigint;
  readonly proxy: bigint;
}

/** A complete answer: its FINAL was seen and its receipt verified. */
export class Reply {
  readonly id: string;
  readonly object = 'chat.completion';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly usage: ReplyUsage;
  readonly receipt: VerifiedReceipt;
  readonly report: VerificationReport;
  readonly charge: Charge;

  constructor({ answer, receipt, report }: Outcome, assembled: Assembler) {
    this.id = assembled.id ?? `chatcmpl-${toHex(answer.sealed.core.operationId)}`;
    this.created = assembled.created ?? receipt.receipt.beaconEnd.utime;
    this.model = receipt.receipt.model;
    this.choices = assembled.choices();
    this.usage = usageOf(receipt);
    this.receipt = receipt;
    this.report = report;
    this.charge = chargeOf(receipt);
  }

  /** The text of the first choice, empty if it has none. */
  get text(): string {
    return this.choices[0]?.message.content ?? '';
  }

  /** The OpenAI object, with amounts as decimal text. */
  toJSON(): Record<string, unknown> {
    const { id, object, created, model, choices, usage, report, charge } = this;
    return { id, object, created, model, choices, usage, charge: printable(charge), report: report.toJSON() };
  }
}

/**
 * `truncated`: the class, which the main path has loaded and which must exist once.
 * @throws CocoonError as `followAnswer`; `STREAM_TRUNCATED` carries the verified part as `prefix`
 */
export async function collectReply(exchange: Exchange, truncated: typeof TruncatedError): Promise<Reply> {
  const assembler = createAssembler();
  const items = exchange.items();
  try {
    for (;;) {
      const { done, value } = await items.next();
      if (done === true) return new Reply(value, assembler);
      assembler.add(value.chunk);
    }
  } catch (error) {
    throw error instanceof truncated ? error.withPrefix(assembler.choices()) : error;
  }
}

function usageOf({ private: { usage } }: VerifiedReceipt): ReplyUsage {
  return {
    prompt_tokens: usage.prompt,
    completion_tokens: usage.completion,
    total_tokens: usage.prompt + usage.completion,
    prompt_tokens_details: { cached_tokens: usage.cached },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}

function chargeOf({ receipt, cost }: VerifiedReceipt): Charge {
  return { tokens: receipt.tokens, client: cost.client, worker: cost.worker, proxy: cost.proxy };
}

function printable(charge: Charge): Record<string, string> {
  return Object.fromEntries(Object.entries(charge).map(([name, amount]) => [name, String(amount)]));
}
