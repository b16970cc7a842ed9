// A network for tests: a signed registry and beacons on a real HTTP server, and machines under the simulated root.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedAnchor } from '@cocoonkit/sdk/attestation';
import { type Beacon, DEFAULT_PRICES, encodeEvidenceBundle, encodeManifest } from '@cocoonkit/sdk/protocol';
import {
  type BeaconSource,
  httpBeaconSource,
  type Registry,
  signLocalRegistry,
} from '@cocoonkit/sdk/registry';
import {
  generateMachineKeys,
  type MachineKeys,
  manifestDigest,
  reportData,
  type Signer,
} from '@cocoonkit/sdk/seal';
import {
  createSimulatedTdx,
  simulatedMeasurementRule,
  simulatedMeasurements,
  simulatedRootDer,
} from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export interface LocalNetwork {
  registry: Registry;
  registryUrl: string;
  registryKey: string;
  beacons: BeaconSource;
  anchor: SimulatedAnchor;
  /** Publishes other rules or prices. */
  publish(change: Partial<Registry>): Promise<void>;
  close(): Promise<void>;
}

export async function startLocalNetwork(): Promise<LocalNetwork> {
  const signer = nodeSigner();
  const network = `local:${randomBytes(16).toString('hex')}`;
  let signed = '';
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const body = path === '/registry.json' ? signed : beaconJson(network, path);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const registryUrl = `http://127.0.0.1:${port}`;
  let registry: Registry = {
    network,
    source: 'local',
    prices: DEFAULT_PRICES,
    measurements: {
      worker: [simulatedMeasurementRule('worker')],
      proxy: [simulatedMeasurementRule('proxy')],
    },
    beaconUrl: registryUrl,
    issuedAt: Math.floor(Date.now() / 1000),
  };
  const publish = async (change: Partial<Registry>): Promise<void> => {
    registry = { ...registry, ...change };
    signed = await signLocalRegistry(registry, signer);
  };
  await publish({});
  return {
    get registry() {
      return registry;
    },
    registryUrl,
    registryKey: Buffer.from(signer.publicKey).toString('hex'),
    beacons: httpBeaconSource(registryUrl, fetch),
    anchor: simulatedAnchor(simulatedRootDer()),
    publish,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One block a second since the epoch, so that every number is known and needs no memory. */
function beaconJson(network: string, path: string): string | undefined {
  const now = Math.floor(Date.now() / 1000);
  const match = /^\/beacon(?:\/([0-9]+))?$/.exec(path);
  if (match === null) return undefined;
  const seqno = Number(match[1] ?? now);
  if (seqno > now) return undefined;
  const rootHash = createHash('sha256').update(`${network} ${seqno}`).digest('hex');
  return JSON.stringify({ kind: 'local', chain: network, seqno: String(seqno), rootHash, utime: seqno });
}

function nodeSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  return { publicKey: raw, sign: (message) => new Uint8Array(sign(null, message, privateKey)) };
}

export interface Machine {
  keys: MachineKeys;
  digest: Uint8Array;
  evidence: Uint8Array;
}

/** A proxy as a registry would allow it, or not, by what `change` says. */
export async function makeProxyMachine(
  network: LocalNetwork,
  change: {
    audience?: string;
    role?: 'proxy' | 'worker';
    variant?: string;
    lifeSeconds?: number;
    ageSeconds?: number;
    beacon?: Partial<Beacon>;
  } = {},
): Promise<Machine> {
  const keys = await generateMachineKeys({ random });
  const notBefore = Math.floor(Date.now() / 1000) - (change.ageSeconds ?? 0);
  const role = change.role ?? 'proxy';
  const manifest = encodeManifest({
    version: 1,
    role,
    network: network.registry.network,
    kemPublicKey: keys.kemPublicKey,
    suites: keys.suites,
    signingPublicKey: keys.signer.publicKey,
    notBefore,
    notAfter: notBefore + (change.lifeSeconds ?? 3_600),
    beacon: { ...(await network.beacons.latest()), ...change.beacon },
    ...(role === 'proxy'
      ? { proxy: { audience: change.audience ?? `local:${'ab'.repeat(16)}` } }
      : {
          worker: {
            owner: 'none',
            model: 'm',
            modelProof: 'declared' as const,
            engine: 'e',
            tokenizerDigest: new Uint8Array(32),
            coefficient: 1_000,
            priceDigest: new Uint8Array(32),
            maxContext: 1,
            maxBodyBytes: 1,
            features: [],
          },
        }),
  });
  const digest = manifestDigest(manifest);
  const tdx = createSimulatedTdx({ now: new Date(), seed: 'proxy' });
  const quote = tdx.quote({
    reportData: reportData(digest),
    measurements: simulatedMeasurements(role, change.variant),
  });
  const collateral = tdx.collateralBytes();
  const collateralHash = new Uint8Array(createHash('sha256').update(collateral).digest());
  return {
    keys,
    digest,
    evidence: encodeEvidenceBundle({
      machines: [{ manifest, quote, collateralHash }],
      collaterals: [collateral],
    }),
  };
}
