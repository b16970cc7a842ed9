// What goes wrong on purpose? Refusals and cut connections a test has ordered, used up call by call.
import { ApiFailure, tooMany } from './api-failure.js';

/** `drop`: the connection is cut before (`request`) or after (`answer`) the call took effect. */
export type Fault =
  | { readonly kind: 'refuse'; readonly failure: ApiFailure }
  | { readonly kind: 'drop'; readonly when: 'request' | 'answer' }
  | { readonly kind: 'hold'; readonly until: Promise<void> };

interface Order {
  readonly method: string;
  readonly fault: Fault;
  left: number;
}

const TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden: bot was blocked by the user',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export class Faults {
  readonly #orders: Order[] = [];

  rateLimit(method: string, times: number, retryAfter: number): void {
    this.order(method, times, { kind: 'refuse', failure: tooMany(retryAfter) });
  }

  fail(method: string, code: number, times: number, description?: string): void {
    const text = description ?? TEXTS[code] ?? `Error ${code}`;
    this.order(method, times, { kind: 'refuse', failure: new ApiFailure(code, text) });
  }

  order(method: string, times: number, fault: Fault): void {
    this.#orders.push({ method, fault, left: times });
  }

  /** The next fault ordered for this method (`*` fits every one but getUpdates), which is then used up. */
  take(method: string): Fault | undefined {
    const order = this.#orders.find(
      (one) => one.left > 0 && (one.method === method || (one.method === '*' && method !== 'getUpdates')),
    );
    if (order === undefined) return undefined;
    order.left--;
    if (order.left === 0) this.#orders.splice(this.#orders.indexOf(order), 1);
    return order.fault;
  }

  clear(): void {
    this.#orders.length = 0;
  }
}
