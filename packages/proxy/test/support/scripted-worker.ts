// A worker whose behaviour the test writes: honest by default, wrong where the script says so.
import { verifyMachine } from '@cocoonkit/sdk/attestation';
import {
  type Core,
  DEFAULT_PRICES,
  decodeCore,
  decodeLinkMessage,
  type EvidenceBundle,
  encodeEvidenceBundle,
  encodeItem,
  encodeLinkMessage,
  encodeManifest,
  type LinkControl,
  type Receipt,
} from '@cocoonkit/sdk/protocol';
import { signReceipt } from '@cocoonkit/sdk/receipts';
import { httpBeaconSource, parseLocalRegistry } from '@cocoonkit/sdk/registry';
import {
  assignmentHash,
  coreHash,
  generateMachineKeys,
  type LinkChannel,
  manifestDigest,
  openRequest,
  priceDigest,
  reportData,
  startWorkerLink,
} from '@cocoonkit/sdk/seal';
import { createSimulatedTdx, simulatedMeasurements, simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { WebSocket } from 'ws';
import { sha256 } from '../../src/equal-secret.js';
import { type Reachable, random } from './start-network.js';

export interface Job {
  stream: number;
  core: Core;
  coreBytes: Uint8Array;
  coreHash: Uint8Array;
  wrap: Uint8Array;
  assignmentHash: Uint8Array;
  body: Uint8Array;
}

export type Script = (job: Job, worker: ScriptedWorker) => Promise<void> | void;

export interface WorkerOptions {
  model?: string;
  coefficient?: number;
  slots?: number;
  script?: Script;
  /** Answers `open` at once instead of waiting for the body. */
  onOpen?: (control: LinkControl, worker: ScriptedWorker) => void;
  measurements?: 'worker' | 'proxy';
  /** A worker that comes back with the keys it had. */
  machine?: Awaited<ReturnType<typeof makeMachine>>;
}

export class ScriptedWorker {
  readonly digest: Uint8Array;
  readonly controls: LinkControl[] = [];
  readonly socket: WebSocket;
  closed = false;
  credited = 0;
  /** Credits for body bytes are given unless the test takes that over. */
  autoCredit = true;
  bodyBytes = 0;
  #link: LinkChannel | undefined;
  #sending: Promise<unknown> = Promise.resolve();
  readonly keys;
  readonly evidence;
  readonly machine;
  readonly #options: WorkerOptions;

  constructor(socket: WebSocket, machine: Awaited<ReturnType<typeof makeMachine>>, options: WorkerOptions) {
    this.socket = socket;
    this.digest = machine.digest;
    this.keys = machine.keys;
    this.evidence = machine.evidence;
    this.machine = machine;
    this.#options = options;
    socket.on('close', () => {
      this.closed = true;
    });
  }

  serve(link: LinkChannel): void {
    this.#link = link;
    const jobs = new Map<number, { open: LinkControl; body: Uint8Array[] }>();
    let opening: Promise<unknown> = Promise.resolve();
    this.socket.on('message', (data: Buffer) => {
      const message = decodeLinkMessage(new Uint8Array(data));
      opening = opening.then(async () => {
        if (message.kind !== 'control') {
          this.bodyBytes += message.bytes.length;
          jobs.get(message.stream)?.body.push(message.bytes);
          if (this.autoCredit)
            this.send({ type: 'credit', stream: message.stream, credit: message.bytes.length });
          return;
        }
        const control = await link.openControl(message.sealed);
        this.controls.push(control);
        const { type, stream = 0 } = control;
        if (type === 'credit') this.credited += control.credit ?? 0;
        if (type === 'open') {
          jobs.set(stream, { open: control, body: [] });
          this.#options.onOpen?.(control, this);
        }
        if (type === 'ping') this.send({ type: 'pong' });
        const job = jobs.get(stream);
        if (type !== 'body-end' || job === undefined) return;
        const {
          core = new Uint8Array(0),
          wrap = new Uint8Array(0),
          assignment = new Uint8Array(0),
        } = job.open;
        const made: Job = {
          stream,
          core: decodeCore(core),
          coreBytes: core,
          coreHash: coreHash(core),
          wrap,
          assignmentHash: assignmentHash(assignment),
          body: new Uint8Array(Buffer.concat(job.body)),
        };
        void (this.#options.script ?? answerHonestly)(made, this);
      });
    });
  }

  send(control: LinkControl): void {
    this.#sending = this.#sending.then(async () => {
      const sealed = await this.#link?.sealControl(control);
      if (sealed !== undefined && this.socket.readyState === WebSocket.OPEN) this.socket.send(sealed);
    });
  }

  records(stream: number, bytes: Uint8Array): void {
    this.#sending = this.#sending.then(() =>
      this.socket.send(encodeLinkMessage({ kind: 'records', stream, bytes })),
    );
  }

  /** When everything handed over so far has been written. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  has(type: LinkControl['type']): LinkControl | undefined {
    return this.controls.find((control) => control.type === type);
  }

  close(): void {
    this.socket.terminate();
  }
}

async function makeMachine(network: Reachable, options: WorkerOptions) {
  const keys = await generateMachineKeys({ random });
  const seconds = Math.floor(network.now().getTime() / 1000);
  const beacon = await httpBeaconSource(network.registry.url, fetch).latest();
  const manifest = encodeManifest({
    version: 1,
    role: 'worker',
    network: network.registry.network,
    kemPublicKey: keys.kemPublicKey,
    suites: keys.suites,
    signingPublicKey: keys.signer.publicKey,
    notBefore: seconds,
    notAfter: seconds + 3_600,
    beacon,
    worker: {
      owner: 'test',
      model: options.model ?? 'test-model',
      modelProof: 'declared',
      engine: 'scripted',
      tokenizerDigest: new Uint8Array(32),
      coefficient: options.coefficient ?? 1_000,
      priceDigest: priceDigest(DEFAULT_PRICES),
      maxContext: 8_192,
      maxBodyBytes: 16 * 1024 * 1024,
      features: ['chat'],
    },
  });
  const digest = manifestDigest(manifest);
  const tdx = createSimulatedTdx({ now: network.now(), seed: 'worker' });
  const collateral = tdx.collateralBytes();
  const quote = tdx.quote({
    reportData: reportData(digest),
    measurements: simulatedMeasurements(options.measurements ?? 'worker'),
  });
  const evidence = { manifest, quote, collateral };
  const bundle = encodeEvidenceBundle({
    machines: [{ manifest, quote, collateralHash: sha256(collateral) }],
    collaterals: [collateral],
  });
  return { keys, digest, evidence, bundle, beacon };
}

const anchor = simulatedAnchor(simulatedRootDer());

export async function verifyBundle(bundle: EvidenceBundle, role: 'worker' | 'proxy', network: Reachable) {
  const signed = new Uint8Array(await (await fetch(`${network.registry.url}/registry.json`)).arrayBuffer());
  const registry = await parseLocalRegistry(
    signed,
    new Uint8Array(Buffer.from(network.registry.publicKey, 'hex')),
  );
  const [machine] = bundle.machines;
  const [collateral] = bundle.collaterals;
  if (machine === undefined || collateral === undefined) throw new TypeError('empty bundle');
  const evidence = { manifest: machine.manifest, quote: machine.quote, collateral };
  return verifyMachine(evidence, { role, registry, now: network.now(), anchor });
}

export async function connectWorker(
  network: Reachable,
  options: WorkerOptions = {},
): Promise<ScriptedWorker> {
  const machine = options.machine ?? (await makeMachine(network, options));
  const socket = new WebSocket(`${network.proxy.url.replace('http', 'ws')}/v1/worker`);
  const inbox: Uint8Array[] = [];
  let wake = (): void => {};
  let over = false;
  const collect = (data: Buffer): void => {
    inbox.push(new Uint8Array(data));
    wake();
  };
  socket.on('message', collect);
  for (const event of ['close', 'error']) {
    socket.on(event, () => {
      over = true;
      wake();
    });
  }
  const next = async (): Promise<Uint8Array> => {
    while (inbox.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve));
    const message = inbox.shift();
    if (message === undefined) throw new TypeError('the proxy closed the channel');
    return message;
  };
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const hand = startWorkerLink({ keys: machine.keys, evidence: machine.bundle, random });
  socket.send(hand.hello);
  const { key, link } = await hand.finish(await next(), (bundle) => verifyBundle(bundle, 'proxy', network));
  socket.send(key);
  socket.send(await link.sealControl({ type: 'ready', slots: options.slots ?? 8 }));
  const ready = decodeLinkMessage(await next());
  if (ready.kind !== 'control' || (await link.openControl(ready.sealed)).type !== 'ready')
    throw new TypeError('not ready');
  socket.off('message', collect);
  const worker = new ScriptedWorker(socket, machine, options);
  worker.serve(link);
  const hex = Buffer.from(machine.digest).toString('hex');
  while (!(await fetch(`${network.proxy.url}/v1/evidence/${hex}`)).ok)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return worker;
}

/** Opens, answers one item, bills. `change` alters the receipt before it is signed. */
export async function answerHonestly(
  job: Job,
  worker: ScriptedWorker,
  change: (receipt: Receipt) => Receipt = (receipt) => receipt,
  how: {
    bytes?: number;
    keepBill?: (bill: LinkControl) => void;
    onlyHead?: boolean;
    afterHead?: () => Promise<void>;
  } = {},
): Promise<void> {
  const { keys, digest } = worker;
  const opened = await openRequest({ ...job, keys, digest, random });
  const text = JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(how.bytes ?? 5) } }] });
  worker.records(job.stream, await opened.reply.head());
  if (how.onlyHead === true) return worker.flush();
  await how.afterHead?.();
  const item = encodeItem(new TextEncoder().encode(text));
  for (let at = 0; at < item.length; at += 60_000)
    worker.records(job.stream, await opened.reply.data(item.subarray(at, at + 60_000)));
  const usage = { prompt: 10, cached: 0, completion: 5, reasoning: 0 };
  const { hash, frames } = opened.reply.transcript();
  const beacon = anyBeacon();
  const receipt = change({
    version: 1,
    coreHash: job.coreHash,
    operationId: job.core.operationId,
    audience: job.core.audience,
    transcript: hash,
    frames,
    workerDigest: digest,
    assignmentHash: job.assignmentHash,
    model: job.core.model,
    priceDigest: job.core.priceDigest,
    coefficient: 1_000,
    tokens: 50n,
    finish: 'stop',
    privateCommitment: new Uint8Array(32),
    sequence: 1n,
    beaconStart: beacon,
    beaconEnd: beacon,
  });
  const final = await signReceipt(keys.signer, receipt, { usage, countedBy: 'engine', salt: random(32) });
  worker.records(job.stream, await opened.reply.final(final));
  worker.send({ type: 'end', stream: job.stream });
  const { receipt: signed, signature } = final;
  const bill: LinkControl = {
    type: 'receipt',
    coreHash: job.coreHash,
    receipt: signed,
    receiptSignature: signature,
    held: 1,
  };
  if (how.keepBill === undefined) worker.send(bill);
  else how.keepBill(bill);
}

function anyBeacon() {
  return { kind: 'local', chain: 'test', seqno: 1n, rootHash: new Uint8Array(32), utime: 1 } as const;
}
