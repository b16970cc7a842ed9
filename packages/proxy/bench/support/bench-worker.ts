// What is a worker here? A machine with a quote of its own and an attested channel; what it answers is up to the benchmark.
import { createHash } from 'node:crypto';
import {
  type Core,
  decodeCore,
  decodeLinkMessage,
  type Evidence,
  encodeEvidenceBundle,
  encodeManifest,
  type LinkControl,
} from '@cocoonkit/sdk/protocol';
import {
  assignmentHash,
  coreHash,
  generateMachineKeys,
  type LinkChannel,
  type MachineKeys,
  manifestDigest,
  priceDigest,
  reportData,
  startWorkerLink,
} from '@cocoonkit/sdk/seal';
import { createSimulatedTdx, simulatedMeasurements } from '@cocoonkit/sdk/testing';
import { WebSocket } from 'ws';
import { type BenchNetwork, random } from './join-network.js';

export const MODEL = 'bench-model';
export const COEFFICIENT = 1_000;

export interface Machine {
  readonly keys: MachineKeys;
  readonly digest: Uint8Array;
  readonly evidence: Evidence;
  readonly collateral: Uint8Array;
}

export interface Job {
  readonly channel: BenchChannel;
  readonly stream: number;
  readonly core: Core;
  readonly coreBytes: Uint8Array;
  readonly coreHash: Uint8Array;
  readonly wrap: Uint8Array;
  readonly assignmentHash: Uint8Array;
  readonly body: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Machines of one make: the keys are the same, owner and quote are each one's own. The proxy cannot tell and does the same work. */
export async function machineFactory(network: BenchNetwork, name: string): Promise<(n: number) => Machine> {
  const keys = await generateMachineKeys({ random });
  const tdx = createSimulatedTdx({ now: new Date(), seed: name });
  const collateral = tdx.collateralBytes();
  const collateralHash = new Uint8Array(createHash('sha256').update(collateral).digest());
  const measurements = simulatedMeasurements('worker');
  const seconds = Math.floor(Date.now() / 1000);
  return (n) => {
    const manifest = encodeManifest({
      version: 1,
      role: 'worker',
      network: network.registry.network,
      kemPublicKey: keys.kemPublicKey,
      suites: keys.suites,
      signingPublicKey: keys.signer.publicKey,
      notBefore: seconds,
      notAfter: seconds + 3_600,
      beacon: network.beacon,
      worker: {
        owner: `${name} ${n}`,
        model: MODEL,
        modelProof: 'declared',
        engine: 'bench',
        tokenizerDigest: new Uint8Array(32),
        coefficient: COEFFICIENT,
        priceDigest: priceDigest(network.registry.prices),
        maxContext: 8_192,
        maxBodyBytes: 16 * 1024 * 1024,
        features: ['chat'],
      },
    });
    const digest = manifestDigest(manifest);
    const quote = tdx.quote({ reportData: reportData(digest), measurements });
    return { keys, digest, evidence: { manifest, quote, collateralHash }, collateral };
  };
}

export class BenchChannel {
  readonly machine: Machine;
  readonly #socket: WebSocket;
  readonly #link: LinkChannel;
  readonly #onJob: (job: Job) => void;
  /** By stream, until the body is complete. */
  readonly #bodies = new Map<number, Uint8Array[]>();
  readonly #opens = new Map<number, LinkControl>();
  #opening: Promise<void> = Promise.resolve();
  #sending: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, link: LinkChannel, machine: Machine, onJob: (job: Job) => void) {
    this.#socket = socket;
    this.#link = link;
    this.machine = machine;
    this.#onJob = onJob;
  }

  /** An encoded link message with records. */
  send(message: Uint8Array): void {
    this.#socket.send(message);
  }

  control(control: LinkControl): void {
    this.#sending = this.#sending.then(async () => {
      const sealed = await this.#link.sealControl(control);
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(sealed);
    });
  }

  receive(data: Uint8Array): void {
    const message = decodeLinkMessage(data);
    if (message.kind === 'control') {
      this.#opening = this.#opening.then(async () =>
        this.#take(await this.#link.openControl(message.sealed)),
      );
      return;
    }
    // Small bodies need no credit.
    const { stream, bytes } = message;
    this.#bodies.set(stream, [...(this.#bodies.get(stream) ?? []), bytes]);
  }

  close(): void {
    this.#socket.close();
  }

  #take(control: LinkControl): void {
    const { type, stream = 0 } = control;
    if (type === 'ping') this.control({ type: 'pong' });
    if (type === 'open') this.#opens.set(stream, control);
    const open = type === 'body-end' ? this.#opens.get(stream) : undefined;
    if (open === undefined) return;
    const { core = NOTHING, wrap = NOTHING, assignment = NOTHING } = open;
    const body = new Uint8Array(Buffer.concat(this.#bodies.get(stream) ?? []));
    this.#opens.delete(stream);
    this.#bodies.delete(stream);
    this.#onJob({
      channel: this,
      stream,
      core: decodeCore(core),
      coreBytes: core,
      coreHash: coreHash(core),
      wrap,
      assignmentHash: assignmentHash(assignment),
      body,
    });
  }
}

/** The whole handshake, both sides attested. */
export async function openChannel(
  network: BenchNetwork,
  machine: Machine,
  options: { slots: number; onJob: (job: Job) => void },
): Promise<BenchChannel> {
  const socket = new WebSocket(`${network.proxyUrl.replace('http', 'ws')}/v1/worker`, {
    perMessageDeflate: false,
  });
  const ahead: Uint8Array[] = [];
  let wake = (): void => {};
  let over = false;
  let sink = (data: Uint8Array): void => {
    ahead.push(data);
    wake();
  };
  socket.on('message', (data: Buffer) => sink(data));
  for (const event of ['close', 'error'])
    socket.on(event, () => {
      over = true;
      wake();
    });
  const next = async (): Promise<Uint8Array> => {
    while (ahead.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve));
    const message = ahead.shift();
    if (message === undefined) throw new Error('the proxy closed the channel');
    return message;
  };
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const evidence = encodeEvidenceBundle({ machines: [machine.evidence], collaterals: [machine.collateral] });
  const hand = startWorkerLink({ keys: machine.keys, evidence, random });
  socket.send(hand.hello);
  const { key, link } = await hand.finish(await next(), async () => network.proxy);
  socket.send(key);
  socket.send(await link.sealControl({ type: 'ready', slots: options.slots }));
  const ready = decodeLinkMessage(await next());
  if (ready.kind !== 'control' || (await link.openControl(ready.sealed)).type !== 'ready')
    throw new Error('not ready');
  const channel = new BenchChannel(socket, link, machine, options.onJob);
  sink = (data) => channel.receive(data);
  for (const data of ahead.splice(0)) channel.receive(data);
  return channel;
}
