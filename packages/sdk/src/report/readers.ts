// Who could read what on each hop, and what does none of this cover?
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { Reader } from './verification-report.js';

export function readersOf(candidates: readonly VerifiedMachine[]): Reader[] {
  const external = candidates.some(
    ({ manifest }) => manifest.worker?.features.includes('external-engine') === true,
  );
  const count = candidates.length;
  return [
    {
      hop: 'this device',
      content: 'the application, and everything that runs with its rights',
      sees: 'everything',
    },
    { hop: 'the network to the proxy', content: 'nobody', sees: 'addresses, sizes and times' },
    {
      hop: 'the proxy',
      content: 'nobody: it relays sealed bytes',
      sees: 'account, model, caps, sizes, times, and the total of the bill',
    },
    {
      hop: 'the workers',
      content: `the ${count} candidate machine(s) can open the request; the one that answered did${external ? ', and handed it to an engine outside the attested machine' : ''}`,
      sees: 'model, caps, sizes, times; not the account',
    },
  ];
}

export function notCovered(parts: { simulated: boolean; classical: boolean; freshness: boolean }): string[] {
  return [
    ...(parts.simulated
      ? [
          'SIMULATED TDX: the quotes are signed with a published key, so anybody could have made them and read the request',
        ]
      : []),
    'physical attacks on the machines (memory bus interposers) and a compromised manufacturer key',
    'side channels: sizes and times of messages, and leaks between programs on one processor',
    'faults in the measured code itself; the registry says which code is allowed, not that it is right',
    'this device, this program and whoever delivered them',
    ...(parts.classical
      ? ['recorded traffic opened by a later quantum computer: the suite is classical']
      : []),
    ...(parts.freshness ? [] : ['an old quote: no beacon source confirmed that the machines’ blocks exist']),
  ];
}
