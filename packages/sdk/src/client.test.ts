// Does the main path work as the README says?
import { describe, expect, it } from 'vitest';
import { accountFromSeed } from './account/account.js';
import { createCocoon } from './client.js';
import { createMemoryNetwork } from './testing/index.js';

describe('client', () => {
  it('accepts: a whole chat', async () => {
    const network = await createMemoryNetwork();
    const account = await accountFromSeed(new Uint8Array(32).fill(1));
    network.credit(account.id, 10_000_000n);
    const { url, fetch, registry, anchor, beacons, now } = network;
    const cocoon = createCocoon({ proxy: url, network: { registry, beacons }, account, anchor, fetch, now });
    const reply = await cocoon.chat({
      model: 'simulated-model',
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(reply.text).toBe('Hello there');
    expect(reply.report.simulated).toBe(true);
    const out = [];
    for await (const chunk of cocoon.stream({
      model: 'simulated-model',
      messages: [{ role: 'user', content: 'hi' }],
    }))
      out.push(chunk);
    expect(out.length).toBe(3);
  });
});
