// What does the network offer, is it what it says, and how much money is left?
import { SIMULATED_TDX } from '../report/simulated-label.js';
import { type ConnectOptions, connect, makeAccount, readAccount, saveExport } from './connect.js';
import type { Output } from './run-command.js';

const printable = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

export async function modelsCommand(
  options: ConnectOptions & { json?: boolean },
  { output }: { output: Output },
): Promise<void> {
  const cocoon = await connect(options, output);
  try {
    const models = await cocoon.models();
    if (options.json === true) return output.out(`${JSON.stringify(models, printable)}\n`);
    for (const { id, workers, maxContext, price, simulated } of models) {
      const mark = simulated ? ` [${SIMULATED_TDX}]` : '';
      output.out(
        `${id}: ${workers} worker(s), context ${maxContext}, ${price.completionPerMillion} nanoTON per million completion tokens${mark}\n`,
      );
    }
    if (models.length === 0) output.note('The proxy offers no model right now.\n');
  } finally {
    cocoon.close();
  }
}

export async function statusCommand(
  options: ConnectOptions & { json?: boolean; model?: string },
  { output }: { output: Output },
): Promise<void> {
  const cocoon = await connect(options, output);
  try {
    const report = await cocoon.verify({ model: options.model });
    await saveExport(options.export, report);
    const status = cocoon.status();
    if (options.json === true) return output.out(`${JSON.stringify({ ...status, report }, printable)}\n`);
    output.out(`${report.toString()}\n`);
    for (const { url, verified, audience } of status.proxies) {
      output.out(`proxy ${url}: ${verified ? `verified, ledger ${audience}` : 'standing by'}\n`);
    }
  } finally {
    cocoon.close();
  }
}

export async function accountCommand(
  options: Partial<ConnectOptions> & { accountSeedFile: string; create?: boolean; json?: boolean },
  { output }: { output: Output },
): Promise<void> {
  const { accountSeedFile, proxy, registry, registryKey } = options;
  const account =
    options.create === true ? await makeAccount(accountSeedFile) : await readAccount(accountSeedFile);
  if (proxy === undefined || proxy.length === 0 || registry === undefined || registryKey === undefined) {
    return output.out(options.json === true ? `${JSON.stringify(account)}\n` : `${account.id}\n`);
  }
  const cocoon = await connect({ ...options, proxy, registry, registryKey }, output);
  try {
    const status = await cocoon.account();
    if (options.json === true)
      return output.out(`${JSON.stringify({ ...account.toJSON(), ...status }, printable)}\n`);
    output.out(
      `${account.id}: ${status.spendableTokens} tokens, ${status.spendableNanoTon} nanoTON to spend\n`,
    );
  } finally {
    cocoon.close();
  }
}
