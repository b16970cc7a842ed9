// What does a generator know of the network before it makes any load? Rules, the verified proxy and one funded account.
import { randomBytes } from 'node:crypto';
import { createCollateralCache, verifyMachine } from '@cocoonkit/sdk/attestation';
import { decodeEvidenceBundle, type EvidenceBundle } from '@cocoonkit/sdk/protocol';
import { httpBeaconSource, parseLocalRegistry, type Registry } from '@cocoonkit/sdk/registry';
import { accountId, generateMachineKeys, type Payment, type VerifiedMachine } from '@cocoonkit/sdk/seal';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import type { Joining } from './start-proxy.js';

const NANO_TON = '1000000000000';

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export interface BenchNetwork extends Joining {
  readonly registry: Registry;
  readonly beacon: Awaited<ReturnType<ReturnType<typeof httpBeaconSource>['latest']>>;
  readonly proxy: VerifiedMachine;
  readonly replica: string;
  readonly payment: Payment;
  verify(bundle: EvidenceBundle, role: 'worker' | 'proxy'): Promise<VerifiedMachine>;
  /** A line of the proxy's metrics. */
  gauge(name: string): Promise<number>;
}

export async function joinNetwork(joining: Joining): Promise<BenchNetwork> {
  const { proxyUrl, registryUrl, registryKey, adminUrl, adminToken } = joining;
  const bytesOf = async (url: string): Promise<Uint8Array> =>
    new Uint8Array(await (await fetch(url)).arrayBuffer());
  const snapshot = await bytesOf(`${registryUrl}/registry.json`);
  const registry = await parseLocalRegistry(snapshot, new Uint8Array(Buffer.from(registryKey, 'hex')));
  const anchor = simulatedAnchor(simulatedRootDer());
  const cache = createCollateralCache();
  const verify: BenchNetwork['verify'] = async ({ machines, collaterals }, role) => {
    const [machine] = machines;
    const [collateral] = collaterals;
    if (machine === undefined || collateral === undefined) throw new TypeError('empty bundle');
    return verifyMachine({ ...machine, collateral }, { role, registry, now: new Date(), anchor, cache });
  };
  const proxy = await verify(decodeEvidenceBundle(await bytesOf(`${proxyUrl}/v1/evidence`)), 'proxy');
  const { signer } = await generateMachineKeys({ random });
  const account = { walletPublicKey: signer.publicKey, owner: new Uint8Array(36) };
  const id = Buffer.from(accountId(account)).toString('hex');
  const authorization = `Bearer ${adminToken}`;
  const credited = await fetch(`${adminUrl}/admin/credit`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      account: id,
      nanoTon: NANO_TON,
      reference: id,
    }),
  });
  if (!credited.ok) throw new Error(`no credit: ${credited.status}`);
  return {
    ...joining,
    registry,
    beacon: await httpBeaconSource(registry.beaconUrl ?? '', fetch).latest(),
    proxy,
    replica: Buffer.from(proxy.digest).toString('hex').slice(0, 16),
    payment: { account, grants: [], signer },
    verify,
    async gauge(name) {
      const text = await (await fetch(`${adminUrl}/metrics`, { headers: { authorization } })).text();
      return Number(new RegExp(`^cocoonkit_${name} (\\S+)$`, 'm').exec(text)?.[1]);
    },
  };
}
