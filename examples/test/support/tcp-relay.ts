// A line between two machines that breaks as lines do: at any byte, with a word or without one, or by delivering twice.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** `end`: FIN. `reset`: RST. `silent`: nothing passes any more, in either direction, and nobody is told. */
export type Break = 'end' | 'reset' | 'silent';

export interface TcpRelay {
  url: string;
  /** Lets so many bytes more pass from `from`, over all connections; then that connection breaks. Once. */
  breakAfter(bytes: number, how: Break, from: 'server' | 'client'): void;
  /** Takes a break back that has not come yet. */
  heal(): void;
  /** Breaks every connection there is. */
  breakAll(how: Break): void;
  /** Whether new connections are taken. */
  accepting: boolean;
  /** Everything a client sends is sent to the server a second time, over a connection of its own. */
  twice: boolean;
  /** Bytes that came from the server. */
  passed: number;
  stop(): Promise<void>;
}

export async function startTcpRelay(target: string): Promise<TcpRelay> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<{ near: Socket; far: Socket; silent: boolean }>();
  let plan: { left: number; how: Break; from: 'server' | 'client' } | undefined;

  const breakPair = (pair: { near: Socket; far: Socket; silent: boolean }, how: Break): void => {
    if (how === 'silent') pair.silent = true;
    for (const socket of how === 'silent' ? [] : [pair.near, pair.far])
      if (how === 'end') socket.end();
      else socket.resetAndDestroy();
  };
  const server = createServer((near) => {
    if (!relay.accepting) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(port), hostname);
    const pair = { near, far, silent: false };
    pairs.add(pair);
    const copy = relay.twice ? connect(Number(port), hostname) : undefined;
    copy?.on('error', () => undefined).resume();
    const pass = (from: 'server' | 'client', to: Socket) => (bytes: Buffer) => {
      if (pair.silent) return;
      if (from === 'server') relay.passed += bytes.length;
      else copy?.write(bytes);
      if (plan?.from !== from || plan.left > bytes.length) {
        if (plan?.from === from) plan.left -= bytes.length;
        to.write(bytes);
        return;
      }
      const { left, how } = plan;
      plan = undefined;
      to.write(bytes.subarray(0, left), () => breakPair(pair, how));
    };
    near.on('data', pass('client', far));
    far.on('data', pass('server', near));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        copy?.destroy();
        if (!pair.silent) other.destroy();
        if (near.destroyed && far.destroyed) pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const relay: TcpRelay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepting: true,
    twice: false,
    passed: 0,
    breakAfter(bytes, how, from) {
      plan = { left: bytes, how, from };
    },
    heal() {
      plan = undefined;
    },
    breakAll(how) {
      for (const pair of [...pairs]) breakPair(pair, how);
    },
    async stop() {
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return relay;
}
