// How is one proxy verified and asked? Its evidence once for everybody, then only sealed questions.
import { evaluatePolicy } from '../attestation/evaluate-policy.js';
import { boundReportData } from '../attestation/verify-machine.js';
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { readU32, toHex } from '../internal/bytes.js';
import { singleFlight } from '../internal/single-flight.js';
import { controlAnswerLayout } from '../protocol/control.js';
import { decodeEvidenceBundle } from '../protocol/evidence.js';
import { malformed } from '../protocol/malformed.js';
import { RECORD_HEADER_BYTES } from '../protocol/record.js';
import type { SuiteId } from '../protocol/suites.js';
import type { Registry } from '../registry/registry.js';
import type { AnswerOpener } from '../seal/answer-opener.js';
import { authorizeControl } from '../seal/authorize.js';
import { sealControl } from '../seal/seal-envelope.js';
import { preloadSuite } from '../seal/suites.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { type ByteStream, createTransport, type Transport } from '../transport/transport.js';
import type { Credentials } from './credentials.js';
import type { EvidenceVerifier } from './evidence.js';
import { sealedFailure } from './sealed-failure.js';
import type { WarmStore } from './warm-store.js';

/** Times a message is sealed anew because the replica behind the address changed. */
export const MAX_REPLICA_CHANGES = 2;
/** A proxy whose keys end this soon is verified anew before it is used. */
const RENEW_BEFORE_MS = 30_000;

export interface Question {
  operation: string;
  payload: Uint8Array;
  /** Signed with the account, for questions about it. */
  authorize?: boolean | undefined;
}

export interface ProxyConnection {
  readonly url: string;
  readonly transport: Transport;
  /** The verified machine, if it is known right now. */
  readonly known: VerifiedMachine | undefined;
  /** Admission ticket for the next message. */
  ticket: Uint8Array | undefined;
  /** @throws CocoonError of `verifyMachine`, `PROXY_UNREACHABLE`, `PROXY_STATUS` */
  machine(): Promise<VerifiedMachine>;
  /** Makes the next `machine()` ask again, because `machine` no longer answers here. */
  forget(machine: VerifiedMachine | undefined): void;
  /** Drops the machine when the new rules do not allow its code. */
  recheck(registry: Registry): void;
  /** The answer's payload. @throws CocoonError: a code of PROTOCOL.md §13 from the proxy, `PROXY_ANSWER_INVALID`, transport errors */
  ask(question: Question): Promise<Uint8Array>;
  /** For answers of many records: worker's records, then one of the proxy. */
  askStreaming(
    question: Question,
    signal: AbortSignal,
  ): Promise<{ stream: ByteStream; answers: AnswerOpener }>;
  suiteFor(machine: VerifiedMachine): SuiteId;
}

export function connectProxy(
  url: string,
  parts: {
    config: Config;
    registry: () => Promise<Registry>;
    evidence: EvidenceVerifier;
    credentials: Credentials;
    warm: WarmStore;
  },
): ProxyConnection {
  const { config, registry, evidence, credentials, warm } = parts;
  const transport = createTransport(url, config.transport, config.answerSilenceMs);
  let known: VerifiedMachine | undefined;
  let ticket: Uint8Array | undefined;

  const verify = singleFlight(async () => {
    try {
      // Comes while the evidence does, so that sealing never waits for it.
      preloadSuite(config.suite);
      const rules = await registry();
      const bundle = decodeEvidenceBundle(await transport.evidence());
      const [own] = bundle.machines;
      if (own === undefined) throw malformed('EvidenceBundle', 'it holds no machine');
      const machine = await evidence.verify(own, bundle, 'proxy', rules);
      known = machine;
      const { expiresAt } = machine;
      config.emit({ type: 'verified', role: 'proxy', machine: shortName(machine), expiresAt });
      return machine;
    } catch (error) {
      if (error instanceof CocoonError) config.emit({ type: 'refused', role: 'proxy', code: error.code });
      throw error;
    }
  });

  function forget(machine: VerifiedMachine | undefined): void {
    if (known === undefined || (machine !== undefined && machine !== known)) return;
    warm.forget(known);
    known = undefined;
    ticket = undefined;
  }

  async function machine(): Promise<VerifiedMachine> {
    if (known !== undefined && known.expiresAt.getTime() - RENEW_BEFORE_MS <= config.now().getTime())
      forget(known);
    return known ?? verify();
  }

  const suiteFor = (proxy: VerifiedMachine): SuiteId =>
    proxy.manifest.suites.includes(config.suite) ? config.suite : 1;

  async function sealQuestion(question: Question, proxy: VerifiedMachine) {
    const { operation, payload } = question;
    const context = await warm.context(proxy, 'control', suiteFor(proxy));
    const authorization =
      question.authorize === true
        ? await authorizeControl({ ...(await credentials.current()), context, operation, payload })
        : undefined;
    return sealControl({ context, message: { operation, payload, authorization }, ticket });
  }

  async function askOnce(question: Question, proxy: VerifiedMachine): Promise<Uint8Array> {
    const { bytes, answers } = await sealQuestion(question, proxy);
    const record = await transport.control(proxy.digest, bytes);
    const answer = controlAnswerLayout.decode(await answers.open(onlyProxyRecord(record)));
    if (answer.ticket !== undefined) ticket = answer.ticket;
    if (answer.code !== undefined) throw await sealedFailure(answer.code, 'proxy');
    return answer.payload ?? new Uint8Array(0);
  }

  /** Behind one address another replica may answer, or the same one with new keys: then the question is sealed again. */
  async function atReplica<T>(step: (proxy: VerifiedMachine) => Promise<T>): Promise<T> {
    for (let change = 0; ; change++) {
      const proxy = await machine();
      try {
        return await step(proxy);
      } catch (error) {
        const moved = error instanceof CocoonError && error.code === 'WRONG_REPLICA';
        if (!moved || change >= MAX_REPLICA_CHANGES) throw error;
        forget(proxy);
      }
    }
  }

  return {
    url,
    transport,
    get known() {
      return known;
    },
    get ticket() {
      return ticket;
    },
    set ticket(value) {
      ticket = value;
    },
    machine,
    forget,
    suiteFor,
    recheck(rules) {
      if (known === undefined) return;
      const code = disallowed(known, config, rules);
      if (code === undefined) return;
      config.emit({ type: 'revoked', role: 'proxy', machine: shortName(known), code });
      forget(known);
    },
    askStreaming: (question, signal) =>
      atReplica(async (proxy) => {
        const { bytes, answers } = await sealQuestion(question, proxy);
        return { stream: await transport.controlStream(proxy.digest, bytes, signal), answers };
      }),
    ask: (question) => atReplica((proxy) => askOnce(question, proxy)),
  };
}

/** The code with which the current rules refuse a machine verified earlier, or undefined. */
export function disallowed(machine: VerifiedMachine, config: Config, registry: Registry): string | undefined {
  try {
    evaluatePolicy(machine.quote, {
      ...config.quote[machine.role],
      measurements: registry.measurements[machine.role],
      reportData: boundReportData(machine),
    });
    return undefined;
  } catch (error) {
    return error instanceof CocoonError ? error.code : 'ATTESTATION_OPTIONS';
  }
}

export function shortName(machine: VerifiedMachine): string {
  return toHex(machine.digest.subarray(0, 8));
}

// Not RecordReader: a control answer is one record, and may be longer than a record of a stream.
function onlyProxyRecord(bytes: Uint8Array): Uint8Array {
  if (bytes.length < RECORD_HEADER_BYTES) throw malformed('control answer', 'shorter than its head');
  if (bytes[0] !== 3) throw malformed('control answer', 'not a record of the proxy');
  const payload = bytes.subarray(RECORD_HEADER_BYTES);
  if (readU32(bytes, 1) !== payload.length) throw malformed('control answer', 'not exactly one record');
  return payload;
}
