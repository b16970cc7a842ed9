// What can an operator watch? Counts, sizes and times; no label names an account, a request or a text.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

type Described = Readonly<Record<string, { labels?: readonly string[]; help: string }>>;

const COUNTERS = {
  requests_total: {
    labels: ['outcome', 'code'],
    help: 'Inference and control messages by outcome and protocol code',
  },
  receipts_total: { labels: ['outcome'], help: 'Receipts handed in by workers' },
  tickets_total: {
    labels: ['outcome'],
    help: 'Messages under load, admitted with a ticket or refused without one',
  },
  charged_tokens_total: { help: 'Adjusted tokens charged' },
  relayed_bytes_total: { help: 'Bytes of answers' },
} as const satisfies Described;

const SECONDS = {
  request_seconds: { help: 'From the first byte of an answered request to the end of its answer' },
} as const satisfies Described;

/** Read when the metrics are asked for. Those of collateral exist only where it is fetched. */
const GAUGES = {
  workers: { help: 'Connected worker channels' },
  revoked_workers: { help: 'Of these, those the registry no longer allows, which finish their answers' },
  streams: { help: 'Answers being relayed' },
  inferring: { help: 'Inference requests whose HTTP answer has not ended' },
  open_requests: { help: 'Requests that run or wait for their receipt' },
  opening_queue: { help: 'Sealed messages waiting to be opened' },
  draining: { help: '1 while the proxy shuts down' },
  can_pay: { help: '0 while stake or balance do not cover what workers are owed; nothing is taken on then' },
  epoch_seconds_left: {
    help: 'Validity of the newest keys; below --overlap-seconds (600) a renewal has failed',
  },
  ledger_reserved_nanoton: { help: 'Money set aside for running requests' },
  ledger_charged_nanoton: { help: 'Money charged to accounts since the ledger exists' },
  last_backup_timestamp_seconds: { help: 'Unix time of the last complete backup, 0 without one' },
  collateral_seconds_left: { help: 'Until Intel’s collateral expires, negative afterwards' },
  collateral_failures: { help: 'Failed renewals of collateral since the last good one' },
} as const satisfies Described;

export type GaugeName = keyof typeof GAUGES;

export interface Metrics {
  readonly registry: Registry;
  request(outcome: 'answered' | 'refused' | 'lost' | 'hint', code?: string): void;
  receipt(outcome: 'charged' | 'charged-revoked' | 'refused' | 'retry'): void;
  ticket(outcome: 'admitted' | 'refused'): void;
  /** An answered inference request took so long. */
  took(ms: number): void;
  charged(tokens: bigint): void;
  relayed(bytes: number): void;
}

const prefixed = (name: string): string => `cocoonkit_${name}`;

export function createMetrics(gauges: Readonly<Partial<Record<GaugeName, () => number>>>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: keyof typeof COUNTERS) => {
    const { help, labels }: Described[string] = COUNTERS[name];
    return new Counter({ name: prefixed(name), help, labelNames: [...(labels ?? [])], registers });
  };
  const requests = counter('requests_total');
  const receipts = counter('receipts_total');
  const tickets = counter('tickets_total');
  const tokens = counter('charged_tokens_total');
  const bytes = counter('relayed_bytes_total');
  const seconds = new Histogram({
    name: prefixed('request_seconds'),
    help: SECONDS.request_seconds.help,
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600],
    registers,
  });
  for (const [name, { help }] of Object.entries(GAUGES)) {
    const read = Object.entries(gauges).find(([given]) => given === name)?.[1];
    if (read === undefined) continue;
    new Gauge({
      name: prefixed(name),
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  return {
    registry,
    request: (outcome, code = '') => requests.inc({ outcome, code }),
    receipt: (outcome) => receipts.inc({ outcome }),
    ticket: (outcome) => tickets.inc({ outcome }),
    took: (ms) => seconds.observe(ms / 1_000),
    charged: (amount) => tokens.inc(Number(amount)),
    relayed: (amount) => bytes.inc(amount),
  };
}
