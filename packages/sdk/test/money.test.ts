// Who pays, how much at most, and what is said when it is not enough?
import { describe, expect, it } from 'vitest';
import { accountFromSeed } from '../src/account/account.js';
import { createGrantKey, parseGrant } from '../src/account/grant.js';
import { issueGrant } from '../src/account/issue-grant.js';
import { createCocoon } from '../src/client.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';

describe('money', () => {
  it('rejects: an account that cannot pay, by the proxy’s word', async () => {
    const poor = await accountFromSeed(new Uint8Array(32).fill(9));
    const { network, cocoon } = await openClient({}, { account: poor });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN', kind: 'payment' });
    network.credit(poor.id, 10n);
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
      source: 'proxy',
      supportId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it('accepts: the report names the request by a hash of its operation, which an error of another one does not share', async () => {
    const { network, cocoon } = await openClient();
    const { id, report } = await cocoon.chat(QUESTION);
    const line = report.lines.find(({ check }) => check === 'support id');
    expect(line?.actual).toMatch(/^[0-9a-f]{16}$/);
    expect(id).not.toContain(line?.actual);
    network.faults.refusals = [{ code: 'GRANT_BUSY' }];
    const error = await cocoon.chat(QUESTION).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'GRANT_BUSY', supportId: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(JSON.parse(JSON.stringify(error)).supportId).not.toBe(line?.actual);
  });

  it('accepts: the answer is shortened to what the account can pay, and the report says so', async () => {
    const poor = await accountFromSeed(new Uint8Array(32).fill(9));
    const { network, cocoon } = await openClient({}, { account: poor });
    network.credit(poor.id, 3_000n);
    await cocoon.account();
    const { report } = await cocoon.chat(QUESTION);
    expect(report.lines.find(({ check }) => check === 'answer length')?.actual).toContain('money');
  });

  it('accepts: money that came in meanwhile', async () => {
    const poor = await accountFromSeed(new Uint8Array(32).fill(9));
    const { network, cocoon } = await openClient({}, { account: poor });
    network.credit(poor.id, 500n);
    await cocoon.account();
    network.credit(poor.id, 1_000_000n);
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
  });

  it('rejects: less than 64 tokens of answer', async () => {
    const poor = await accountFromSeed(new Uint8Array(32).fill(9));
    const { network, cocoon } = await openClient({}, { account: poor });
    network.credit(poor.id, 500n);
    await cocoon.account();
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
      source: 'local',
    });
    expect(sentRequests(network)).toBe(0);
  });

  it('rejects: a maxCost below any answer; accepts: one that shortens it', async () => {
    const { network, cocoon } = await openClient();
    await expect(cocoon.chat(QUESTION, { maxCost: 1000n })).rejects.toMatchObject({ code: 'COST_ABOVE_MAX' });
    expect(sentRequests(network)).toBe(0);
    const estimate = await cocoon.estimate(QUESTION, { maxCost: 40_000n });
    expect(estimate.nanoTonAtMost).toBeLessThanOrEqual(40_000n);
    expect(estimate.maxOutput).toBeGreaterThanOrEqual(64);
    expect((await cocoon.chat(QUESTION, { maxCost: 40_000n })).charge.client).toBe(580n);
  });

  it('accepts: grants, bearer and bound, and renewal when the proxy says one has expired', async () => {
    const { network, account, options } = await openClient();
    const { audience = '' } = network.proxy.manifest.proxy ?? {};
    const key = await createGrantKey();
    const bound = await issueGrant(account, {
      capTokens: 1_000_000n,
      audience,
      now: network.now(),
      subkey: key.publicKey,
    });
    await expect(parseGrant(bound)).rejects.toMatchObject({ code: 'GRANT_TEXT_INVALID' });
    const grant = await parseGrant(bound, { signer: key });
    expect((await createCocoon({ ...options, account: grant }).chat(QUESTION)).text).toBe('Hello there');

    let asked = 0;
    const renewing = createCocoon({
      ...options,
      account: async () => {
        asked++;
        return parseGrant(await issueGrant(account, { capTokens: 1_000_000n, audience, now: network.now() }));
      },
    });
    await Promise.all([renewing.chat(QUESTION), renewing.chat(QUESTION)]);
    expect(asked).toBe(1);
    network.faults.refusals = [{ code: 'GRANT_EXPIRED' }];
    await renewing.chat(QUESTION);
    expect(asked).toBe(2);
  });

  it('accepts: a chain of two grants; rejects: a third, and one that may not issue', async () => {
    const { network, account, options } = await openClient();
    const { audience = '' } = network.proxy.manifest.proxy ?? {};
    const terms = { capTokens: 1_000_000n, audience, now: network.now() };
    const issuer = await parseGrant(
      await issueGrant(account, { ...terms, mayIssue: true, lifeSeconds: 86_400 * 30 }),
    );
    const leaf = await parseGrant(await issueGrant(issuer, terms));
    expect((await createCocoon({ ...options, account: leaf }).chat(QUESTION)).text).toBe('Hello there');
    await expect(issueGrant(leaf, terms)).rejects.toMatchObject({ code: 'GRANT_CHAIN' });
    await expect(issueGrant(account, { ...terms, lifeSeconds: 86_401 })).rejects.toMatchObject({
      code: 'GRANT_LIFE',
    });
  });

  it('rejects: a grant for another ledger', async () => {
    const { network, account, options } = await openClient();
    const grant = await parseGrant(
      await issueGrant(account, { capTokens: 1_000_000n, audience: 'local:other', now: network.now() }),
    );
    await expect(createCocoon({ ...options, account: grant }).chat(QUESTION)).rejects.toMatchObject({
      code: 'GRANT_AUDIENCE',
    });
  });

  it('rejects: a function that returns no grant', async () => {
    const { options } = await openClient();
    const cocoon = createCocoon({ ...options, account: () => Promise.reject(new Error('offline')) });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'GRANT_UNAVAILABLE' });
  });
});
