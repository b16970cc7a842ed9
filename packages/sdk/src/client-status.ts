// What does this client know, without asking anybody?
import type { Config } from './config.js';
import { toHex } from './internal/bytes.js';
import { SIMULATED_TDX } from './report/simulated-label.js';
import type { Session } from './session.js';

export interface ClientStatus {
  readonly proxies: readonly {
    readonly url: string;
    readonly verified: boolean;
    readonly machine?: string | undefined;
    /** Whose ledger: what grants must name. */
    readonly audience?: string | undefined;
    readonly expiresAt?: Date | undefined;
    readonly simulated?: boolean | undefined;
  }[];
  readonly pools: readonly { readonly model: string; readonly verified: number; readonly target: number }[];
  /** Key exchanges ready for requests to come. */
  readonly warmContexts: number;
  readonly spendableTokens?: bigint | undefined;
  readonly simulated: boolean;
  readonly label?: string | undefined;
}

export function readStatus({ session, config }: { session: Session; config: Config }): ClientStatus {
  const proxies = session.connections().map(({ url, known }) =>
    known === undefined
      ? { url, verified: false }
      : {
          url,
          verified: true,
          machine: toHex(known.digest),
          audience: known.manifest.proxy?.audience,
          expiresAt: known.expiresAt,
          simulated: known.simulated,
        },
  );
  const simulated = config.anchor !== undefined;
  return {
    proxies,
    pools: session.pools().map(({ model, size }) => ({ model, verified: size, target: config.poolSize })),
    warmContexts: session.warm.size,
    ...(session.spendable === undefined ? {} : { spendableTokens: session.spendable }),
    simulated,
    ...(simulated ? { label: SIMULATED_TDX } : {}),
  };
}
