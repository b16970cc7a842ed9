// A client whose path to its proxy breaks on demand, and whose waits take no time.
import { createCocoon } from '../../src/client.js';
import type { CocoonOptions } from '../../src/config.js';
import type { MemoryNetworkOptions } from '../../src/testing/index.js';
import { openClient } from './open-client.js';

export type Fetch = typeof globalThis.fetch;

const isInfer = (input: Parameters<Fetch>[0]): boolean => String(input).includes('/v1/infer/');

export function broken(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

/** A path to `fetch` that fails as long as `failure` is set. */
function breakable(fetch: Fetch) {
  const path = {
    failure: undefined as 'refused' | 'reset-before' | 'reset-after' | undefined,
    onlyInfer: false,
    fetch: (async (input, init) => {
      const { failure } = path;
      if (failure === undefined || (path.onlyInfer && !isInfer(input))) return fetch(input, init);
      if (failure === 'refused') throw broken('ECONNREFUSED');
      if (failure === 'reset-after') await (await fetch(input, init)).arrayBuffer();
      throw broken('ECONNRESET');
    }) satisfies Fetch,
  };
  return path;
}

export async function openBreakable(
  more: Partial<CocoonOptions> = {},
  networkOptions: MemoryNetworkOptions = {},
) {
  const opened = await openClient(networkOptions);
  const path = breakable(more.fetch ?? opened.network.fetch);
  const onWait: { run: () => void | Promise<void> } = { run: () => undefined };
  const cocoon = createCocoon({
    ...opened.options,
    ...more,
    fetch: path.fetch,
    wait: async (ms) => {
      opened.waits.push(ms);
      await onWait.run();
    },
  });
  return { ...opened, cocoon, path, onWait };
}
