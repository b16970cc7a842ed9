// How are connections to the model server opened, so that no name service decides where a prompt goes?
import type { LookupFunction } from 'node:net';
import type { buildConnector } from 'undici';
import type { Upstream } from './parse-upstream.js';

const CONNECT_TIMEOUT_MS = 5_000;

export function connectOptions(upstream: Upstream): buildConnector.BuildOptions {
  if (upstream.socketPath !== undefined)
    return { socketPath: upstream.socketPath, timeout: CONNECT_TIMEOUT_MS };
  if (upstream.external) return { timeout: CONNECT_TIMEOUT_MS };
  return { timeout: CONNECT_TIMEOUT_MS, lookup: lookupLoopback };
}

/** Numeric addresses are never looked up, so this answers for `localhost` alone, whatever the host's files or DNS say. */
const lookupLoopback: LookupFunction = (_hostname, options, callback) => {
  if (options.all === true) {
    callback(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
  } else callback(null, '127.0.0.1', 4);
};
