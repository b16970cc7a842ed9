// What can an operator watch? Counts and sizes; no label names an account, a request or a text.
import { Counter, Gauge, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  request(outcome: 'answered' | 'refused' | 'lost' | 'hint', code?: string): void;
  receipt(outcome: 'charged' | 'refused' | 'retry'): void;
  charged(tokens: bigint): void;
  relayed(bytes: number): void;
}

/** `gauges` are read when the metrics are asked for. */
export function createMetrics(gauges: Readonly<Record<string, () => number>>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'cocoonkit_requests_total',
    help: 'Inference and control messages by outcome and protocol code',
    labelNames: ['outcome', 'code'],
    registers,
  });
  const receipts = new Counter({
    name: 'cocoonkit_receipts_total',
    help: 'Receipts handed in by workers',
    labelNames: ['outcome'],
    registers,
  });
  const tokens = new Counter({ name: 'cocoonkit_charged_tokens_total', help: 'Adjusted tokens', registers });
  const bytes = new Counter({ name: 'cocoonkit_relayed_bytes_total', help: 'Answer bytes', registers });
  for (const [name, read] of Object.entries(gauges)) {
    new Gauge({
      name: `cocoonkit_${name}`,
      help: `Current ${name.replaceAll('_', ' ')}`,
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
    charged: (amount) => tokens.inc(Number(amount)),
    relayed: (amount) => bytes.inc(amount),
  };
}
