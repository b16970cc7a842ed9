// A client that seals requests with the real functions and reads what comes back, record by record.
import {
  type AccountAnswer,
  type ControlAnswer,
  controlAnswerLayout,
  DEFAULT_PRICES,
  decodeEvidenceBundle,
  type Notice,
  noticeLayout,
  RecordReader,
  type SignedGrant,
} from '@cocoonkit/sdk/protocol';
import {
  type AnswerOpener,
  accountId,
  authorize,
  authorizeControl,
  createReplyOpener,
  generateMachineKeys,
  prepareAnswerKey,
  prepareContext,
  priceDigest,
  type ReplyEvent,
  type RequestRouting,
  type SealedRequest,
  type Signer,
  sealControl,
  sealEnvelope,
  sealRequest,
  type VerifiedMachine,
} from '@cocoonkit/sdk/seal';
import { type ScriptedWorker, verifyBundle } from './scripted-worker.js';
import { type Reachable, random } from './start-network.js';

export type { AccountAnswer };

export interface Answered {
  status: number;
  events: ReplyEvent[];
  notice: Notice | undefined;
  /** FINAL was seen and its receipt verified. */
  ended: boolean;
}

export class TestClient {
  readonly network: Reachable;
  readonly proxy: VerifiedMachine;
  readonly signer: Signer;
  readonly account;
  readonly id: string;
  readonly replica: string;
  /** From the last answer; sent along only once a test asks for it. */
  ticket: Uint8Array | undefined;
  useTickets = false;

  private constructor(network: Reachable, proxy: VerifiedMachine, signer: Signer) {
    this.network = network;
    this.proxy = proxy;
    this.signer = signer;
    this.account = { walletPublicKey: signer.publicKey, owner: new Uint8Array(36) };
    this.id = Buffer.from(accountId(this.account)).toString('hex');
    this.replica = Buffer.from(proxy.digest).toString('hex').slice(0, 16);
  }

  static async create(network: Reachable, nanoTon = 1_000_000n): Promise<TestClient> {
    const bytes = new Uint8Array(await (await fetch(`${network.proxy.url}/v1/evidence`)).arrayBuffer());
    const proxy = await verifyBundle(decodeEvidenceBundle(bytes), 'proxy', network);
    const { signer } = await generateMachineKeys({ random });
    const client = new TestClient(network, proxy, signer);
    if (nanoTon > 0n) await network.credit(client.id, nanoTon);
    return client;
  }

  async seal(
    workers: ScriptedWorker[],
    change: Partial<RequestRouting> & { model?: string; capTokens?: bigint; jsonBytes?: number } = {},
  ) {
    const { model = 'test-model', capTokens = 1_000n, jsonBytes = 10, ...routing } = change;
    const machines = await Promise.all(
      workers.map(async ({ evidence: { manifest, quote, collateral } }) =>
        verifyBundle(
          { machines: [{ manifest, quote, collateralHash: new Uint8Array(32) }], collaterals: [collateral] },
          'worker',
          this.network,
        ),
      ),
    );
    const contexts = await Promise.all(
      machines.map((machine) => prepareContext(machine, 'request', 1, { random })),
    );
    return sealRequest({
      request: {
        operation: 'chat.completions',
        json: new TextEncoder().encode(JSON.stringify({ messages: [], filler: 'y'.repeat(jsonBytes) })),
        model,
        maxOutput: 100,
        capTokens,
        cacheSalt: random(32),
      },
      routing: {
        suite: 1,
        audience: this.proxy.manifest.proxy?.audience ?? '',
        maxCoefficient: 2_000,
        priceDigest: priceDigest(DEFAULT_PRICES),
        expires: Math.floor(this.network.now().getTime() / 1000) + 60,
        maxMs: 60_000,
        detachMs: 1_000,
        padding: 'fast',
        ...routing,
      },
      contexts,
      answerKey: await prepareAnswerKey(1, { random }),
      random,
    });
  }

  async envelope(sealed: SealedRequest, grants: SignedGrant[] = [], signer: Signer = this.signer) {
    const authorization = await authorize({
      account: this.account,
      grants,
      signer,
      coreHash: sealed.coreHash,
    });
    const context = await prepareContext(this.proxy, 'envelope', 1, { random });
    const { bytes, answers } = await sealEnvelope({
      context,
      sealed,
      authorization,
      ticket: this.useTickets ? this.ticket : undefined,
    });
    return { message: new Uint8Array(Buffer.concat([bytes, sealed.body])), bytes, answers };
  }

  post(path: string, body: Uint8Array, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.network.proxy.url}${path}`, {
      method: 'POST',
      body: new Uint8Array(body),
      signal: signal ?? null,
    });
  }

  async infer(
    sealed: SealedRequest,
    grants: SignedGrant[] = [],
    signer: Signer = this.signer,
  ): Promise<Answered> {
    const { message, answers } = await this.envelope(sealed, grants, signer);
    return this.read(await this.post(`/v1/infer/${this.replica}`, message), sealed, answers);
  }

  async read(response: Response, sealed: SealedRequest, answers: AnswerOpener): Promise<Answered> {
    const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
    const reader = new RecordReader();
    const answered: Answered = { status: response.status, events: [], notice: undefined, ended: false };
    if (response.status !== 200) return answered;
    for await (const chunk of response.body ?? []) {
      for (const record of reader.push(chunk)) {
        if (record.kind === 'proxy') {
          answered.notice = noticeLayout.decode(await answers.open(record.payload));
          this.ticket = answered.notice.ticket ?? this.ticket;
        } else answered.events.push(...(await opener.push(record)));
      }
    }
    answered.ended = answered.events.some(({ type }) => type === 'final');
    return answered;
  }

  /** The proxy's sealed word at the end of these records. */
  async openNotice(records: Uint8Array, answers: AnswerOpener): Promise<Notice> {
    return noticeLayout.decode(await answers.open(lastRecord(records)));
  }

  async ask(
    operation: string,
    payload: Uint8Array = new Uint8Array(0),
    signed = false,
  ): Promise<ControlAnswer> {
    const context = await prepareContext(this.proxy, 'control', 1, { random });
    const payment = { account: this.account, grants: [], signer: this.signer };
    const authorization = signed
      ? await authorizeControl({ ...payment, context, operation, payload })
      : undefined;
    const { bytes, answers } = await sealControl({ context, message: { operation, payload, authorization } });
    const response = await this.post(`/v1/ctl/${this.replica}`, bytes);
    const record = new Uint8Array(await response.arrayBuffer());
    const last = lastRecord(record);
    return controlAnswerLayout.decode(await answers.open(last));
  }
}

function lastRecord(bytes: Uint8Array): Uint8Array {
  let at = 0;
  for (;;) {
    const length = Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32BE(at + 1);
    if (at + 5 + length >= bytes.length) return bytes.subarray(at + 5);
    at += 5 + length;
  }
}
