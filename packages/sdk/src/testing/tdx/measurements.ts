// Which measurements do simulated machines have?
import type { Measurements } from '../../attestation/claims.js';
import type { MeasurementRule } from '../../attestation/policy.js';
import { toHex } from '../../internal/bytes.js';
import { simulatedBytes } from './keys.js';

export type SimulatedRole = 'worker' | 'proxy';

const ZERO = '00'.repeat(48);

/** Registers of a role's image, hex; the same in every process. A variant is another build of the same role. */
export function simulatedMeasurements(role: SimulatedRole, variant = 'v1'): Measurements {
  const register = (name: string): string =>
    toHex(simulatedBytes(`measurement ${role} ${variant} ${name}`, 48));
  return {
    mrtd: register('mrtd'),
    rtmr0: register('rtmr0'),
    rtmr1: register('rtmr1'),
    rtmr2: register('rtmr2'),
    rtmr3: register('rtmr3'),
    mrConfigId: ZERO,
    mrOwner: ZERO,
    mrOwnerConfig: ZERO,
    mrSeam: toHex(simulatedBytes('measurement of the TDX module', 48)),
  };
}

/** The rule that accepts exactly this role and variant (any TDX module). */
export function simulatedMeasurementRule(role: SimulatedRole, variant = 'v1'): MeasurementRule {
  const { mrSeam: _, ...registers } = simulatedMeasurements(role, variant);
  return { name: `simulated ${role} ${variant}`, ...registers };
}
