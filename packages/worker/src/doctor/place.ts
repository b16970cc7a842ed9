// Is this the host that runs trust domains, or the inside of one?
import type { SystemView } from './system-view.js';

export type Place = 'host' | 'guest';

export async function detectPlace(view: SystemView): Promise<Place> {
  return (await cpuFlags(view)).has('tdx_guest') ? 'guest' : 'host';
}

/** Flags of the first processor. */
export async function cpuFlags(view: SystemView): Promise<ReadonlySet<string>> {
  const line = /^flags\s*:(.*)$/m.exec((await view.read('proc/cpuinfo')) ?? '');
  return new Set((line?.[1] ?? '').split(/\s+/).filter((flag) => flag !== ''));
}
