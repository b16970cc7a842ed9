// Has this block been confirmed already? Machines of one network often quote the same one. Loaded where there is somebody to ask.
import { type BeaconSource, httpBeaconSource } from '../registry/beacon-source.js';
import { rememberBeacons } from '../registry/remember-beacons.js';

const MAX_KNOWN = 256;

/** `from`: a source, or the address of one. */
export function openBeacons(from: BeaconSource | string, fetch: typeof globalThis.fetch): BeaconSource {
  return rememberBeacons(typeof from === 'string' ? httpBeaconSource(from, fetch) : from, MAX_KNOWN);
}
