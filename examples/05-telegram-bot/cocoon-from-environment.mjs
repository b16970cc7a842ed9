// Which network does a bot of these examples talk to? The one its environment names, or the one `npm run demo -- --hold` keeps up.
import { accountFromSeed, createCocoon, fetchLocalRegistry, parseGrant } from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';
import { findConnection } from '../06-whole-network/connection-file.mjs';

const NAMES = ['COCOON_PROXY', 'COCOON_REGISTRY', 'COCOON_REGISTRY_KEY', 'COCOON_ACCOUNT_SEED'];

/**
 * COCOON_PROXY, COCOON_REGISTRY, COCOON_REGISTRY_KEY (64 hex digits), COCOON_ACCOUNT_SEED (64 hex digits), and for test networks only
 * COCOON_SIMULATED=1. Without all of them: the demo that runs on this machine. Says what to do, and ends, when there is none.
 */
export async function cocoonFromEnvironment(env = process.env) {
  const { proxy, registry: url, registryKey, account, simulated } = await connectionOf(env);
  const registry = await fetchLocalRegistry(url, bytes(registryKey));
  return createCocoon({
    proxy,
    network: { registry, beacons: httpBeaconSource(registry.beaconUrl, fetch) },
    account,
    ...(simulated ? { anchor: await simulatedMachines() } : {}),
  });
}

async function connectionOf(env) {
  const [proxy, registry, registryKey, seed] = NAMES.map((name) => env[name] || undefined);
  if (proxy && registry && registryKey && seed) {
    const account = await accountFromSeed(bytes(seed));
    return { proxy, registry, registryKey, account, simulated: env.COCOON_SIMULATED === '1' };
  }
  const named = proxy ?? registry ?? registryKey ?? seed;
  const demo = named === undefined ? await findConnection(env) : undefined;
  if (demo === undefined)
    return sayWhatToDo(named === undefined ? NAMES : NAMES.filter((name) => !env[name]));
  process.stderr.write(
    `${demo.simulated ? 'SIMULATED TDX: nothing is protected. ' : ''}Network: the demo at ${demo.proxy}\n`,
  );
  return { ...demo, account: await parseGrant(demo.grant) };
}

function sayWhatToDo(missing) {
  process.stderr.write(
    `No network to talk to: run \`npm run demo -- --hold\` in another terminal, or set ${missing.join(', ')} (see examples/05-telegram-bot/README.md).\n`,
  );
  process.exit(1);
}

/** Only a test network asks for it, so only then is the simulator loaded. */
async function simulatedMachines() {
  const [{ simulatedAnchor }, { simulatedRootDer }] = await Promise.all([
    import('@cocoonkit/sdk/unsafe'),
    import('@cocoonkit/sdk/testing'),
  ]);
  return simulatedAnchor(simulatedRootDer());
}

const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
