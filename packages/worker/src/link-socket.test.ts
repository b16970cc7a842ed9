// May as many answers wait for the end of one channel as a worker has slots, without Node calling it a leak?
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectSocket } from './link-socket.js';

test('the signal of a channel takes any number of listeners', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') return expect.unreachable();
  const { signal } = new AbortController();
  const link = await connectSocket(`ws://127.0.0.1:${address.port}`, { timeoutMs: 10_000, signal });
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): number => warnings.push(name);
  process.on('warning', onWarning);
  try {
    for (let i = 0; i < 64; i++) link.closed.addEventListener('abort', () => undefined);
    // Warnings are told in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', onWarning);
    link.close();
    server.close();
  }
});
