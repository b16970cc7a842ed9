// Which models can be asked, for how much? The proxy's offer, with what this client has verified itself.
import type { Config } from './config.js';
import { modelsAnswerLayout } from './protocol/control.js';
import type { Session } from './session.js';

export interface Model {
  readonly id: string;
  /** Connected workers, by the proxy's word. */
  readonly workers: number;
  /** Workers in this client's verified pool. */
  readonly verified: number;
  readonly maxContext: number;
  /** Lowest price factor; 1000 is 1×. */
  readonly minCoefficient: number;
  /** nanoTON for a million prompt and completion tokens at that factor. */
  readonly price: { readonly promptPerMillion: bigint; readonly completionPerMillion: bigint };
  /** From quoted manifests of verified workers; absent before any was verified. */
  readonly features?: readonly string[] | undefined;
  readonly simulated: boolean;
}

/** @throws CocoonError of verification and of the proxy */
export async function listModels({ session }: { session: Session; config: Config }): Promise<Model[]> {
  const connection = await session.proxy();
  const payload = await connection.ask({ operation: 'models', payload: new Uint8Array(0) });
  const { models } = modelsAnswerLayout.decode(payload);
  const { prices } = await session.registry();
  const perMillion = (coefficient: number, multiplier: number) =>
    (1_000_000n * BigInt(coefficient) * BigInt(multiplier) * prices.pricePerToken) / 10_000_000n;
  const simulated = connection.known?.simulated ?? false;
  return models.map(({ model, workers, minCoefficient, maxContext }) => {
    const pool = session.pools().find((known) => known.model === model);
    const verified = pool?.machines() ?? [];
    const features = [...new Set(verified.flatMap(({ manifest }) => manifest.worker?.features ?? []))];
    return {
      id: model,
      workers,
      verified: verified.length,
      maxContext,
      minCoefficient,
      price: {
        promptPerMillion: perMillion(minCoefficient, prices.promptMultiplier),
        completionPerMillion: perMillion(minCoefficient, prices.completionMultiplier),
      },
      ...(verified.length === 0 ? {} : { features }),
      simulated,
    };
  });
}
