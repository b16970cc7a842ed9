// The same client in a browser: a page from an origin of its own that may connect to the proxy and nothing else.
import { readFile } from 'node:fs/promises';
import { issueGrant } from '@cocoonkit/sdk';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { servePage } from '../03-browser-chat/serve.mjs';
import { step, title } from './print.mjs';

const PAGE_CAP_TOKENS = 1_000_000n;

export async function openPage(network, { account, audience }) {
  const page = await servePage({
    proxy: network.proxy,
    config: {
      proxy: network.proxy,
      registry: network.signedRegistry,
      registryKey: network.registryKey,
      simulatedRoot: Buffer.from(simulatedRootDer()).toString('hex'),
      text: await readFile(new URL('document.txt', import.meta.url), 'utf8'),
    },
    issueGrant: (subkey) =>
      issueGrant(account, {
        subkey: new Uint8Array(Buffer.from(subkey, 'hex')),
        audience,
        capTokens: PAGE_CAP_TOKENS,
        now: new Date(),
        lifeSeconds: 3_600,
      }),
  });
  const response = await fetch(page.url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error('The page is not served.');
  title('In the browser');
  step(
    `${page.url}  (SIMULATED TDX; connects to the proxy alone: ${response.headers.get('content-security-policy')})`,
  );
  return page;
}
