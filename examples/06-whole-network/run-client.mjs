// What does a client do on a network it does not trust? Verify, seal, read, check the bill.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createAccount, createCocoon, fetchLocalRegistry } from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { say, step, title } from './print.mjs';

const DOCUMENT = new URL('document.txt', import.meta.url);

export async function runClient(network, options) {
  const clock = stopwatch();
  const registry = await fetchLocalRegistry(
    network.registry,
    new Uint8Array(Buffer.from(network.registryKey, 'hex')),
  );
  const { account } = await createAccount();
  await credit(network, account.id);
  const cocoon = createCocoon({
    proxy: network.proxy,
    network: { registry, beacons: httpBeaconSource(registry.beaconUrl, fetch) },
    account,
    anchor: simulatedAnchor(simulatedRootDer()),
  });
  clock.lap('setUp');

  title('Verification: before anything is sent');
  const verified = await cocoon.verify({ model: network.model });
  for (const line of verified.lines)
    step(`${line.passed ? 'ok  ' : 'FAIL'} ${line.machine}: ${line.check}: ${line.actual} (${line.basis})`);
  clock.lap('verify');

  title(
    options.upstream === undefined
      ? 'Summary by cocoonkit/extractive, not a language model'
      : `Answer of ${network.model}`,
  );
  const request = await readRequest(network, options);
  const reply = cocoon.stream(request);
  let answer = '';
  for await (const chunk of reply) {
    const text = chunk.choices[0]?.delta.content ?? '';
    answer += text;
    process.stdout.write(text);
  }
  process.stdout.write('\n');
  clock.lap('answer');

  title('Receipt: signed by the worker, checked by the client');
  const receipt = await reply.receipt;
  const report = await reply.report;
  const { usage, countedBy } = receipt.private;
  step(
    `${usage.prompt} prompt and ${usage.completion} completion tokens, counted by ${countedBy}; finish ${receipt.receipt.finish}`,
  );
  step(`${receipt.receipt.tokens} adjusted tokens at ${registry.prices.pricePerToken} nanoTON`);

  title('Settlement: in the proxy’s ledger, no chain yet');
  const status = await cocoon.account();
  const { client, worker, proxy } = receipt.cost;
  step(`client pays ${client} nanoTON: ${worker} to the worker, ${proxy} to the proxy`);
  step(`left to spend: ${status.spendableNanoTon} nanoTON`);
  const audience = cocoon.status().proxies[0]?.audience;
  cocoon.close();
  return {
    account,
    registry,
    audience,
    timingsMs: clock.laps,
    report: {
      simulated: report.simulated,
      verification: report.lines,
      candidates: report.candidates,
      answer,
      usage,
      receipt: printable(receipt.receipt),
      charge: { client: String(client), worker: String(worker), proxy: String(proxy) },
      settlement: {
        kind: 'ledger only, no chain yet',
        spentTokens: String(status.spentTokens),
        spendableTokens: String(status.spendableTokens),
      },
    },
  };
}

async function readRequest(network, options) {
  const model = network.model;
  if (options.upstream !== undefined && options.prompt !== undefined)
    return { model, messages: [{ role: 'user', content: options.prompt }] };
  const text = await readFile(options.file ?? DOCUMENT, 'utf8');
  say(`(document: ${text.length} characters)\n`);
  if (options.upstream !== undefined)
    return {
      model,
      messages: [{ role: 'user', content: `Summarize this text in three sentences:\n\n${text}` }],
    };
  return {
    model,
    messages: [{ role: 'user', content: text }],
    cocoonkit: { task: 'summarize', sentences: 3 },
  };
}

/** What an operator types until a chain exists. */
async function credit(network, account) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    network.proxyCommand,
    'credit',
    '--dir',
    network.proxyDir,
    '--account',
    account,
    '--ton',
    '1',
  ]);
  step(`operator credits the client’s account with 1 TON: ${stdout.trim()}`);
}

function printable(receipt) {
  return JSON.parse(
    JSON.stringify(receipt, (_, value) => {
      if (typeof value === 'bigint') return String(value);
      return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
    }),
  );
}

function stopwatch() {
  const laps = {};
  let last = performance.now();
  return {
    laps,
    lap(name) {
      laps[name] = Math.round(performance.now() - last);
      last = performance.now();
    },
  };
}
