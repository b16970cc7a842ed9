// Asks a model a question through a proxy, streamed, and prints the bill and the proof.
//
//   node examples/02-node-chat/main.mjs --proxy URL --registry URL --registry-key HEX --account-seed-file FILE --model NAME [--simulated] [--file TEXT]
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { accountFromSeed, CocoonError, createCocoon, fetchLocalRegistry } from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';

const fromHex = (text) => new Uint8Array(Buffer.from(text.trim(), 'hex'));
const { values: options } = parseArgs({
  options: {
    proxy: { type: 'string' },
    registry: { type: 'string' },
    'registry-key': { type: 'string' },
    'account-seed-file': { type: 'string' },
    model: { type: 'string', default: 'cocoonkit/extractive' },
    simulated: { type: 'boolean', default: false },
    file: { type: 'string' },
  },
});

/** Only where the person asked for a simulated network: real deployments never load this. */
async function simulatedRoot() {
  const { simulatedAnchor } = await import('@cocoonkit/sdk/unsafe');
  const { simulatedRootDer } = await import('@cocoonkit/sdk/testing');
  console.error('SIMULATED TDX: nothing on this network is protected by hardware.');
  return simulatedAnchor(simulatedRootDer());
}

const text = await readFile(
  options.file ?? new URL('../06-whole-network/document.txt', import.meta.url),
  'utf8',
);
const registry = await fetchLocalRegistry(options.registry, fromHex(options['registry-key']));
const cocoon = createCocoon({
  proxy: options.proxy,
  network: { registry, beacons: httpBeaconSource(registry.beaconUrl, fetch) },
  account: await accountFromSeed(fromHex(await readFile(options['account-seed-file'], 'utf8'))),
  ...(options.simulated ? { anchor: await simulatedRoot() } : {}),
});

try {
  const reply = cocoon.stream({
    model: options.model,
    messages: [{ role: 'user', content: text }],
    cocoonkit: { task: 'summarize', sentences: 3 },
  });
  for await (const chunk of reply) process.stdout.write(chunk.choices[0]?.delta.content ?? '');

  const { receipt, cost } = await reply.receipt;
  console.error(
    `\n${receipt.tokens} tokens, ${cost.client} nanoTON: ${cost.worker} to the worker, ${cost.proxy} to the proxy`,
  );
  console.error(String(await reply.report));
} catch (error) {
  if (!(error instanceof CocoonError)) throw error;
  console.error(`${error.message} ${error.remedy} (${error.code})`);
  process.exitCode = 1;
} finally {
  cocoon.close();
}
