// Does an application that replaced fetch, or its way out, still decide how messages travel?
import { createServer } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { listen, type ServedNetwork } from '../../test/support/serve-network.js';
import { platformFetch } from './platform-fetch.node.js';

const DISPATCHER = Symbol.for('undici.globalDispatcher.1');
const nativeFetch = globalThis.fetch;
let served: ServedNetwork | undefined;
afterEach(async () => {
  globalThis.fetch = nativeFetch;
  await served?.close();
});

it('accepts: a fetch that the application put in place of the native one', async () => {
  const asked: string[] = [];
  globalThis.fetch = async (url) => {
    asked.push(String(url));
    return new Response('theirs');
  };
  expect((await platformFetch('http://127.0.0.1:2/', {})).status).toBe(200);
  expect(asked).toEqual(['http://127.0.0.1:2/']);
});

it('accepts: a dispatcher of the application, such as one for an HTTP proxy', async () => {
  served = await listen(createServer((_, response) => response.end('ours')));
  const before: unknown = Reflect.get(globalThis, DISPATCHER);
  let dispatched = 0;
  const theirs = {
    dispatch() {
      dispatched++;
      throw new TypeError('the way of the application');
    },
  };
  Reflect.set(globalThis, DISPATCHER, theirs);
  try {
    await expect(platformFetch(served.url, {})).rejects.toThrow();
    expect(dispatched).toBe(1);
  } finally {
    Reflect.set(globalThis, DISPATCHER, before);
  }
  expect((await platformFetch(served.url, {})).status).toBe(200);
});
