// What may other programs on this machine spend on the demo's network? A grant with a cap, in a file that goes when the demo ends.
import { issueGrant } from '@cocoonkit/sdk';
import { offerConnection } from './connection-file.mjs';
import { step, title } from './print.mjs';

const CAP_TOKENS = 5_000_000n;
const LIFE_SECONDS = 24 * 3_600;

/** Returns what takes the file away again. */
export async function offerNetwork(network, { account, audience }) {
  const grant = await issueGrant(account, {
    audience,
    capTokens: CAP_TOKENS,
    now: new Date(),
    lifeSeconds: LIFE_SECONDS,
  });
  const { proxy, registry, registryKey } = network;
  const takeBack = offerConnection({ simulated: true, proxy, registry, registryKey, grant });
  // Whatever ends this process: the password in the file goes with it.
  process.once('exit', takeBack);
  title('For other programs on this machine');
  step('BOT_TOKEN=… node examples/05-telegram-bot/minimal.mjs  (finds this network; SIMULATED TDX)');
  return takeBack;
}
