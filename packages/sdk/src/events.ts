// What does a client tell its application while it works? Names, numbers and codes; never content.

/** `machine` is the first 16 hex digits of a manifest digest. */
export type CocoonEvent =
  | { type: 'verified'; role: 'proxy' | 'worker'; machine: string; simulated: boolean; expiresAt: Date }
  | { type: 'refused'; role: 'proxy' | 'worker'; machine?: string | undefined; code: string }
  | { type: 'revoked'; role: 'proxy' | 'worker'; machine: string; code: string }
  | { type: 'pool'; model: string; verified: number; target: number; simulated: boolean }
  | { type: 'retry'; code: string; attempt: number; simulated: boolean }
  | { type: 'failover'; from: number; to: number; code: string }
  | { type: 'clock-skew'; seconds: number }
  | { type: 'low-balance'; spendableTokens: bigint; simulated: boolean }
  | { type: 'charged'; tokens: bigint; spendableTokens?: bigint | undefined; simulated: boolean }
  | { type: 'warning'; code: string; machine?: string | undefined };
