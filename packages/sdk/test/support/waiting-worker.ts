// A simulated worker that waits for a model's key, its network's registry and beacons, on one real HTTP server.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { platform } from '#platform';
import { toHex } from '../../src/internal/bytes.js';
import { encodeEvidenceBundle } from '../../src/protocol/evidence.js';
import { AWAITING_MODEL } from '../../src/protocol/model-release.js';
import { DEFAULT_PRICES } from '../../src/protocol/price.js';
import { signLocalRegistry } from '../../src/registry/local-registry.js';
import type { Registry } from '../../src/registry/registry.js';
import { simulatedMeasurementRule } from '../../src/testing/index.js';
import {
  type SimulatedMachine,
  type SimulatedMachineOptions,
  simulatedMachine,
} from '../../src/testing/simulated-machine.js';
import { listen } from './serve-network.js';

export interface WaitingNetwork {
  url: string;
  registryKey: string;
  registry: Registry;
  /** What `POST /v1/model-release` answers, and what came. */
  releases: Uint8Array[];
  answer: { status: number; body: string };
  /** Makes a worker and serves its evidence from now on. */
  worker(modelDigest: Uint8Array, change?: Partial<SimulatedMachineOptions>): Promise<SimulatedMachine>;
  bundle(machine: SimulatedMachine): Uint8Array;
  close(): Promise<void>;
}

export async function startWaitingNetwork(): Promise<WaitingNetwork> {
  const network = `local:${'ee'.repeat(16)}`;
  const signer = await platform.ed25519Generate();
  let [signed, evidence]: [string, Uint8Array] = ['', new Uint8Array(0)];
  const releases: Uint8Array[] = [];
  const state = { answer: { status: 200, body: '{"accepted":true}' } };
  const served = await listen(
    createServer(async (request, response) => {
      const path = request.url ?? '';
      if (path === '/registry.json') return response.end(signed);
      if (path === '/v1/evidence') return response.end(evidence);
      if (path === '/v1/model-release') {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        releases.push(Uint8Array.from(Buffer.concat(chunks)));
        return response.writeHead(state.answer.status).end(state.answer.body);
      }
      const [, seqno] = /^\/beacon\/([0-9]+)$/.exec(path) ?? [];
      if (seqno === undefined) return response.writeHead(404).end();
      return response.end(JSON.stringify({ ...block(network, Number(seqno)), seqno }));
    }),
  );
  const registry: Registry = {
    network,
    source: 'local',
    prices: DEFAULT_PRICES,
    measurements: {
      worker: [simulatedMeasurementRule('worker')],
      proxy: [simulatedMeasurementRule('proxy')],
    },
    beaconUrl: served.url,
    issuedAt: Math.floor(Date.now() / 1000),
  };
  signed = await signLocalRegistry(registry, signer);
  const bundle = (machine: SimulatedMachine): Uint8Array =>
    encodeEvidenceBundle({ machines: [machine.evidence], collaterals: [machine.collateral] });
  return {
    url: served.url,
    registryKey: toHex(signer.publicKey),
    registry,
    releases,
    get answer() {
      return state.answer;
    },
    set answer(answer) {
      state.answer = answer;
    },
    bundle,
    async worker(modelDigest, change = {}) {
      const seconds = Math.floor(Date.now() / 1000);
      const { utime, rootHash } = block(network, seconds);
      const machine = await simulatedMachine({
        role: 'worker',
        registry,
        now: new Date(),
        beacon: {
          kind: 'local',
          chain: network,
          seqno: BigInt(seconds),
          utime,
          rootHash: Uint8Array.from(Buffer.from(rootHash, 'hex')),
        },
        worker: { features: [AWAITING_MODEL], sealedModel: modelDigest },
        ...change,
      });
      evidence = bundle(machine);
      return machine;
    },
    close: served.close,
  };
}

/** One block a second since the epoch, so that every number is known and needs no memory. */
function block(network: string, seqno: number) {
  const rootHash = createHash('sha256').update(`${network} ${seqno}`).digest('hex');
  return { kind: 'local', chain: network, rootHash, utime: seqno };
}
