// The whole network on this machine: registry, proxy, two workers, each its own process; then a client that trusts none of them.
import { writeFile } from 'node:fs/promises';
import { offerNetwork } from './offer-network.mjs';
import { openPage } from './open-page.mjs';
import { say, title } from './print.mjs';
import { readOptions, USAGE } from './read-options.mjs';
import { runClient } from './run-client.mjs';
import { startNetwork } from './start-network.mjs';

const options = readOptions(process.argv.slice(2));
if (options.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
});
const started = performance.now();
let network;
let page;
let takeBack;
try {
  title('CocoonKit: the whole network on one machine');
  say(
    'SIMULATED TDX: the machines are processes here; their quotes come from a simulator, checked by the real verifier.',
  );
  say('Network: local registry and beacons, ledger only, no chain yet.');
  network = await startNetwork(options);
  const result = await runClient(network, options);
  page = await openPage(network, result);
  if (options.report !== undefined) {
    const report = {
      ...result.report,
      pids: network.pids,
      timingsMs: { ...result.timingsMs, total: Math.round(performance.now() - started) },
    };
    await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
    say(`Report: ${options.report}`);
  }
  if (options.stay) {
    takeBack = await offerNetwork(network, result);
    say('Press Ctrl-C to end the network.');
    await interrupted;
  } else {
    say('The network ends now; `npm run demo -- --hold` keeps it and the page up.');
  }
} catch (error) {
  process.stderr.write(
    `The demo failed: ${error.message} ${error.remedy ?? ''}${error.code ? ` (${error.code})` : ''}\n`,
  );
  for (const line of network?.log.slice(-20) ?? []) process.stderr.write(`  ${line}\n`);
  process.exitCode = 1;
} finally {
  takeBack?.();
  await page?.stop();
  await network?.stop();
}
process.exit();
