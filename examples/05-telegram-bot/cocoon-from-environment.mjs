// Which network does a bot of these examples talk to? The one its environment names; keys come from there and nowhere else.
import { accountFromSeed, createCocoon, fetchLocalRegistry } from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';

/**
 * COCOON_PROXY, COCOON_REGISTRY, COCOON_REGISTRY_KEY (64 hex digits), COCOON_ACCOUNT_SEED (64 hex digits), and for test networks only
 * COCOON_SIMULATED=1.
 */
export async function cocoonFromEnvironment(env = process.env) {
  const registry = await fetchLocalRegistry(
    need(env, 'COCOON_REGISTRY'),
    bytes(need(env, 'COCOON_REGISTRY_KEY')),
  );
  return createCocoon({
    proxy: need(env, 'COCOON_PROXY'),
    network: { registry, beacons: httpBeaconSource(registry.beaconUrl, fetch) },
    account: await accountFromSeed(bytes(need(env, 'COCOON_ACCOUNT_SEED'))),
    ...(env.COCOON_SIMULATED === '1' ? { anchor: await simulated() } : {}),
  });
}

/** Only a test network asks for it, so only then is the simulator loaded. */
async function simulated() {
  const [{ simulatedAnchor }, { simulatedRootDer }] = await Promise.all([
    import('@cocoonkit/sdk/unsafe'),
    import('@cocoonkit/sdk/testing'),
  ]);
  return simulatedAnchor(simulatedRootDer());
}

function need(env, name) {
  const value = env[name];
  if (value === undefined || value === '')
    throw new Error(`Set ${name}: see examples/05-telegram-bot/README.md`);
  return value;
}

const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
