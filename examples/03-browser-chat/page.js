// The whole client in a page: it verifies the machines, seals the text, reads the answer and checks the bill.
import { CocoonError, createCocoon, createGrantKey, parseGrant, parseLocalRegistry } from '@cocoonkit/sdk';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { fromHex, hex } from './hex.js';
import config from './network.js';
import { showError, showReceipt, showReport } from './show.js';

const element = (id) => document.getElementById(id);
const state = element('state');
let running;

const rules = await parseLocalRegistry(
  new TextEncoder().encode(config.registry),
  fromHex(config.registryKey),
);
// This page may connect to the proxy alone, so it asks nobody about beacons; the report says that freshness was not confirmed.
const { beaconUrl: _, ...registry } = rules;
const cocoon = createCocoon({
  proxy: config.proxy,
  network: registry,
  account: requestGrant,
  // Only development networks name a simulated root; the banner then stays on the page.
  ...(config.simulatedRoot === undefined ? {} : { anchor: simulatedAnchor(fromHex(config.simulatedRoot)) }),
});

/** The key that may spend is made here and never leaves the page; the server signs only its public half. */
async function requestGrant() {
  const signer = await createGrantKey();
  const address = `./grant.js?subkey=${hex(signer.publicKey)}`;
  const { default: grant } = await import(address);
  return parseGrant(grant, { signer });
}

async function start() {
  const models = await cocoon.models();
  element('model').replaceChildren(...models.map(({ id }) => new Option(id, id)));
  const report = await cocoon.verify({ model: element('model').value });
  showReport(report);
  state.textContent = 'Machines verified. Nothing has been sent yet.';
  element('send').disabled = false;
}

async function summarize() {
  const request = {
    model: element('model').value,
    messages: [{ role: 'user', content: element('text').value }],
    cocoonkit: { task: 'summarize', sentences: 3 },
  };
  running = cocoon.stream(request);
  element('answer').textContent = '';
  element('receipt').hidden = true;
  state.textContent = 'Sealed and sent…';
  for await (const chunk of running) {
    element('answer').append(chunk.choices[0]?.delta.content ?? '');
  }
  showReceipt(await running.receipt);
  showReport(await running.report);
  state.textContent = 'Complete: signed by the worker and checked here.';
}

function guard(task) {
  return async (event) => {
    event?.preventDefault();
    element('send').disabled = true;
    element('stop').hidden = task !== summarize;
    try {
      await task();
    } catch (error) {
      state.textContent = showError(error instanceof CocoonError ? error : undefined);
    } finally {
      element('send').disabled = element('model').options.length === 0;
      element('stop').hidden = true;
    }
  };
}

element('simulated').hidden = config.simulatedRoot === undefined;
element('text').value = config.text ?? '';
element('form').addEventListener('submit', guard(summarize));
element('stop').addEventListener('click', () => running?.cancel());
await guard(start)();
document.documentElement.dataset.ready = 'yes';
