// What does a client tell its application while it works? Names, numbers and codes; never content.

/** `machine` is the first 16 hex digits of a manifest digest. */
export type EventBody =
  | { type: 'verified'; role: 'proxy' | 'worker'; machine: string; expiresAt: Date }
  | { type: 'refused'; role: 'proxy' | 'worker'; machine?: string | undefined; code: string }
  | { type: 'revoked'; role: 'proxy' | 'worker'; machine: string; code: string }
  | { type: 'pool'; model: string; verified: number; target: number }
  | { type: 'retry'; code: string; attempt: number }
  | { type: 'resumed'; records: number }
  | { type: 'failover'; from: number; to: number; code: string }
  | { type: 'clock-skew'; seconds: number }
  | { type: 'low-balance'; spendableTokens: bigint }
  | { type: 'charged'; tokens: bigint; spendableTokens?: bigint | undefined }
  | { type: 'warning'; code: string; machine?: string | undefined };

/** `simulated`: the client accepts SIMULATED TDX machines, so nothing it reports protects real data. */
export type CocoonEvent = EventBody & { readonly simulated: boolean };
