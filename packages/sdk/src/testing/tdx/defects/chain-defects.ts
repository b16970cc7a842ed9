// In which ways can the PCK chain have a wrong role, window or signature (steps 3 to 6)?
import { createSimulatedTdx, type SimulatedFaults } from '../create-simulated-tdx.js';
import { SCENARIO_NOW, type SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';

const fault = (faults: SimulatedFaults): SimulatedScenario => ({ faults });
const chain = (edit: (chain: readonly Uint8Array[]) => readonly Uint8Array[]): SimulatedScenario => ({
  request: { faults: { chain: edit } },
});
const past = new Date('2019-01-01T00:00:00Z');
const future = new Date('2040-01-01T00:00:00Z');
const SGX = '2a864886f84d010d01';
const BASIC = '551d13';

/** Roles, names, windows and signatures of leaf, CA and root. */
export function chainDefects(): readonly DefectCase[] {
  const stranger = createSimulatedTdx({
    now: SCENARIO_NOW,
    faults: { root: { key: 'stranger', signedBy: 'stranger' } },
  });
  const twinRoot = createSimulatedTdx({ now: SCENARIO_NOW, faults: { root: { notAfter: future } } });

  return [
    ['a chain without root', 'PCK_CHAIN', chain((certificates) => certificates.slice(0, 2))],
    [
      'a chain with a fourth certificate',
      'PCK_CHAIN',
      chain((certificates) => [...certificates, ...certificates.slice(2)]),
    ],
    ['a chain listed root first', 'UNTRUSTED_ROOT', chain((certificates) => [...certificates].reverse())],
    ['a stranger under the name of the root', 'UNTRUSTED_ROOT', chain(() => stranger.pckChain)],
    ['a root with the right key and another date', 'UNTRUSTED_ROOT', chain(() => twinRoot.pckChain)],
    ['a TCB signer in place of the CA', 'PCK_CHAIN', fault({ ca: { commonName: 'Intel SGX TCB Signing' } })],
    ['a CA of another name', 'PCK_CHAIN', fault({ ca: { commonName: 'Intel SGX PCK Platform CA 2' } })],
    ['a CA that is none', 'PCK_CHAIN', fault({ ca: { ca: false } })],
    ['a CA without basic constraints', 'PCK_CHAIN', fault({ ca: { omit: [BASIC] } })],
    ['a CA that may have CAs below', 'PCK_CHAIN', fault({ ca: { pathLength: 1 } })],
    ['a CA without path length', 'PCK_CHAIN', fault({ ca: { pathLength: undefined } })],
    ['a CA that may not sign CRLs', 'PCK_CHAIN', fault({ ca: { keyUsage: 0x04 } })],
    ['a CA that may not sign certificates', 'PCK_CHAIN', fault({ ca: { keyUsage: 0x02 } })],
    ['a CA without key usage', 'PCK_CHAIN', fault({ ca: { omit: ['551d0f'] } })],
    ['a CA of another issuer', 'PCK_CHAIN', fault({ ca: { issuer: 'Some Root CA' } })],
    ['a CA of another issuer key', 'PCK_CHAIN', fault({ ca: { authority: 'stranger' } })],
    ['a leaf of another name', 'PCK_CHAIN', fault({ pck: { commonName: 'Intel SGX TCB Signing' } })],
    ['a leaf that is a CA', 'PCK_CHAIN', fault({ pck: { ca: true } })],
    ['a leaf that may sign certificates', 'PCK_CHAIN', fault({ pck: { keyUsage: 0xc4 } })],
    ['a leaf that may not sign', 'PCK_CHAIN', fault({ pck: { keyUsage: 0x40 } })],
    ['a leaf without basic constraints', 'PCK_CHAIN', fault({ pck: { omit: [BASIC] } })],
    ['a leaf of another issuer', 'PCK_CHAIN', fault({ pck: { issuer: 'Intel SGX PCK Processor CA' } })],
    ['a leaf of another issuer key', 'PCK_CHAIN', fault({ pck: { authority: 'stranger' } })],
    ['a leaf without authority key identifier', 'PCK_CHAIN', fault({ pck: { omit: ['551d23'] } })],
    ['a leaf without SGX extension', 'PCK_CHAIN', fault({ pck: { omit: [SGX] } })],
    ['a PPID of 15 bytes', 'PCK_CHAIN', fault({ sgx: { ppid: '11'.repeat(15) } })],
    ['an FMSPC of 5 bytes', 'PCK_CHAIN', fault({ sgx: { fmspc: '5a5a5a0000' } })],
    ['a PCEID of 3 bytes', 'PCK_CHAIN', fault({ sgx: { pceId: '000000' } })],
    [
      '15 component versions',
      'PCK_CHAIN',
      fault({ sgx: { componentSvns: Array.from({ length: 15 }, () => 3) } }),
    ],
    [
      'a component version of 256',
      'PCK_CHAIN',
      fault({ sgx: { componentSvns: Array.from({ length: 16 }, () => 256) } }),
    ],
    [
      'an SGX value that appears twice',
      'PCK_CHAIN',
      fault({ sgx: { componentSvns: Array.from({ length: 17 }, () => 3) } }),
    ],
    ['a leaf not in force yet', 'PCK_CHAIN', fault({ pck: { notBefore: future } })],
    ['an expired leaf', 'PCK_CHAIN', fault({ pck: { notAfter: past } })],
    ['a CA not in force yet', 'PCK_CHAIN', fault({ ca: { notBefore: future } })],
    ['an expired CA', 'PCK_CHAIN', fault({ ca: { notAfter: past } })],
    [
      'a root after its end',
      'PCK_CHAIN',
      {
        now: new Date('2055-01-01T00:00:00Z'),
        faults: {
          ca: { notAfter: new Date('2060-01-01T00:00:00Z') },
          pck: { notAfter: new Date('2060-01-01T00:00:00Z') },
        },
      },
    ],
    ['a CA signed by itself', 'PCK_CA_SIG', fault({ ca: { signedBy: 'platform ca' } })],
    ['a CA with a broken signature', 'PCK_CA_SIG', fault({ ca: { breakSignature: true } })],
    ['a leaf signed by the root', 'PCK_SIG', fault({ pck: { signedBy: 'root' } })],
    ['a leaf with a broken signature', 'PCK_SIG', fault({ pck: { breakSignature: true } })],
  ];
}
