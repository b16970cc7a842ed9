// Which differences between machines are allowed, so that a verifier that refuses them is wrong?
import type { TcbStatus } from '../../../attestation/index.js';
import { createSimulatedTdx } from '../create-simulated-tdx.js';
import { octets, sequence } from '../der-writer.js';
import { extension } from '../make-certificate.js';
import { simulatedMeasurements } from '../measurements.js';
import { SCENARIO_NOW, type SimulatedScenario } from '../prepare-simulated.js';
import { secondSigner } from './second-signer.js';

/** A machine that a verifier must accept, and the merged TCB status it must report. */
export interface QuoteVariant {
  readonly name: string;
  readonly status: TcbStatus;
  readonly scenario: SimulatedScenario;
}

type Case = readonly [name: string, scenario: SimulatedScenario];
const zeros = (length: number): readonly number[] => Array.from({ length }, () => 0);
const svn = (...first: readonly number[]): readonly number[] => [...first, ...zeros(16 - first.length)];
const pem = (edit: (text: string) => string): SimulatedScenario => ({ request: { faults: { pem: edit } } });

function shapes(): readonly Case[] {
  return [
    ['version 4', {}],
    ['version 5 with a TD 1.0 body', { request: { version: 5, bodyType: 2 } }],
    ['version 5 with a TD 1.5 body', { request: { version: 5, bodyType: 3 } }],
    ['version 5 with an extended TD 1.5 body', { request: { version: 5, bodyType: 4 } }],
    ['authentication data of 5 bytes', { request: { qeAuthData: new Uint8Array(5).fill(7) } }],
    ['authentication data of 1000 bytes', { request: { qeAuthData: new Uint8Array(1000).fill(7) } }],
    ['no authentication data', { request: { qeAuthData: new Uint8Array() } }],
    ['padding of zeros', { request: { padding: new Uint8Array(3000) } }],
    ['trailing bytes of any kind', { request: { padding: new Uint8Array(39).fill(0xab) } }],
    ['the other of the two valid quote signatures', { request: { faults: { otherS: true } } }],
    ['windows line ends in the PEM', pem((text) => text.replaceAll('\n', '\r\n'))],
    ['PEM without the final NUL', { request: { faults: { noNul: true } } }],
    ['PEM without wrapped lines', pem((text) => text.replace(/([^-])\n(?!-)/g, '$1'))],
    ['other bytes in the reserved part of the header', { request: { faults: { reserved: '01020304' } } }],
  ];
}

function certificates(): readonly Case[] {
  const other = createSimulatedTdx({ now: SCENARIO_NOW, seed: 'other' });
  const unknown = extension('2a0304', false, octets());
  const reason = extension('551d15', false, Uint8Array.of(0x0a, 1, 1));
  const date = extension('551d18', false, sequence());
  return [
    ['the Processor CA', { pckCa: 'processor' }],
    ['an unknown extension that is not critical', { faults: { pck: { extra: [unknown] } } }],
    ['a serial number with a high first bit', { faults: { pck: { serial: Uint8Array.of(0xff, 1) } } }],
    ['a serial number of one byte', { faults: { pck: { serial: Uint8Array.of(1) } } }],
    [
      'versions at their limits',
      { faults: { sgx: { componentSvns: Array.from({ length: 16 }, () => 255), pceSvn: 65_535 } } },
    ],
    ['a PCE version of 0x80 in one byte more', { faults: { sgx: { pceSvn: 128 } } }],
    ['high s in every certificate and list', highS()],
    [
      'revocation lists of other machines',
      { faults: { pckCrl: { revoked: [other.serials.pck, Uint8Array.of(0x80, 1)] } } },
    ],
    [
      'entries with several extensions',
      { faults: { pckCrl: { revoked: [Uint8Array.of(0xff)], entryExtensions: [reason, date] } } },
    ],
    [
      'entries without extensions',
      { faults: { pckCrl: { revoked: [Uint8Array.of(0xff)], entryExtensions: [] } } },
    ],
    ['validity to the very second', { faults: { pck: { notBefore: SCENARIO_NOW, notAfter: SCENARIO_NOW } } }],
    ['dates after 2049', { faults: { pck: { notAfter: new Date('2060-01-01T00:00:00Z') } } }],
  ];
}

function highS(): SimulatedScenario {
  const all = { highS: true };
  return {
    faults: { ca: all, pck: all, tcbSigner: all, rootCrl: all, pckCrl: all, tcbInfo: all, qeIdentity: all },
  };
}

function documents(): readonly Case[] {
  return [
    ['a second signer for the QE identity', { faults: { qeIdentity: secondSigner() } }],
    [
      'levels in another order',
      {
        faults: {
          tcbInfo: {
            edit: (info) => {
              info.tcbLevels.reverse();
              for (const module of info.tdxModuleIdentities) module.tcbLevels.reverse();
            },
          },
          qeIdentity: { edit: (identity) => identity.tcbLevels.reverse() },
        },
      },
    ],
    [
      'documents with line ends and blanks',
      { faults: { tcbInfo: { editText: (text) => JSON.stringify(JSON.parse(text), null, 2) } } },
    ],
    [
      'fields nobody knows',
      { faults: { tcbInfo: { editText: (text) => text.replace('{', '{"news":{"a":[1]},') } } },
    ],
    [
      'levels without advisories',
      {
        faults: { tcbInfo: { editText: (text) => text.replaceAll(/,"advisoryIDs":\[[^\]]*\]/g, '') } },
      },
    ],
    [
      'a platform newer than all levels',
      { request: { teeTcbSvn: svn(200, 1, 200), qe: { isvSvn: 65_535 } } },
    ],
    ['collateral as UTF-8 bytes', { editCollateral: (_, tdx) => tdx.collateralBytes() }],
    ['collateral as text', { editCollateral: (value) => JSON.stringify(value) }],
  ];
}

function modules(): readonly Case[] {
  return [
    ['a module of major version 0', { request: { teeTcbSvn: svn(5, 0, 3) } }],
    ['a module of major version 3', { request: { teeTcbSvn: svn(5, 3, 3) } }],
    [
      'a module of major version 0 without identities',
      {
        request: { teeTcbSvn: svn(5, 0, 3) },
        faults: { tcbInfo: { editText: (text) => text.replace(/"tdxModuleIdentities":\[.*?\]\}\],/, '') } },
      },
    ],
    [
      'components 0 and 1 above the TD, which its module’s own levels decide',
      {
        faults: {
          tcbInfo: {
            edit: (info) => {
              for (const level of info.tcbLevels) level.tcb.tdxtcbcomponents.fill({ svn: 9 }, 0, 2);
            },
          },
        },
      },
    ],
    [
      'a TD without SEPT_VE_DISABLE on request',
      { request: { attributes: '0000000000000000' }, policy: { requireSeptVeDisable: false } },
    ],
    [
      'a migratable TD with a service TD on request',
      {
        request: { version: 5, bodyType: 3, attributes: '0000003000000000', serviceTd: '11'.repeat(48) },
        policy: { allowServiceTd: true },
      },
    ],
    [
      'a TDX module that is allowed by name',
      { policy: { mrSeam: [simulatedMeasurements('worker').mrSeam.toUpperCase()] } },
    ],
    ['a current machine whatever its days of grace', { policy: { graceDays: 0 } }],
    ['protection keys, key locker, performance counters', { request: { attributes: '000000d000000080' } }],
  ];
}

/** Which statuses a policy must be able to allow; judged with a policy that allows the one expected. */
function outdated(): readonly (readonly [name: string, status: TcbStatus, scenario: SimulatedScenario])[] {
  const platform = (status: string): SimulatedScenario['faults'] => ({
    tcbInfo: {
      edit: (info) => {
        for (const level of info.tcbLevels.slice(0, 1)) level.tcbStatus = status;
      },
    },
  });
  const old = { request: { qe: { isvSvn: 7 } } };
  return [
    ['an outdated quoting enclave', 'OutOfDate', old],
    ['an outdated module', 'OutOfDate', { request: { teeTcbSvn: svn(6, 1, 3) } }],
    [
      'an outdated platform',
      'OutOfDate',
      { faults: { sgx: { componentSvns: [2, 2, 2, 2, 4, 1, 0, 5, ...zeros(8)] } } },
    ],
    [
      'a platform that needs software hardening',
      'SWHardeningNeeded',
      { faults: platform('SWHardeningNeeded') },
    ],
    [
      'a platform that needs configuration',
      'ConfigurationNeeded',
      { faults: platform('ConfigurationNeeded') },
    ],
    [
      'a platform that needs both',
      'ConfigurationAndSWHardeningNeeded',
      { faults: platform('ConfigurationAndSWHardeningNeeded') },
    ],
    [
      'a TD that has to be relaunched',
      'TDRelaunchAdvised',
      { request: { version: 5, bodyType: 3, teeTcbSvn: svn(6, 1, 3), teeTcbSvn2: svn(7, 1, 3) } },
    ],
    [
      'a TD that has to be relaunched on a platform that needs configuration',
      'TDRelaunchAdvisedConfigurationNeeded',
      {
        request: { version: 5, bodyType: 4, teeTcbSvn: svn(6, 1, 3), teeTcbSvn2: svn(7, 1, 3) },
        faults: platform('ConfigurationNeeded'),
      },
    ],
    [
      'a module that is outdated now',
      'OutOfDate',
      { request: { version: 5, bodyType: 3, teeTcbSvn2: svn(6, 1, 3) } },
    ],
    [
      'hardening with an outdated quoting enclave',
      'OutOfDate',
      { ...old, faults: platform('SWHardeningNeeded') },
    ],
    [
      'configuration with an outdated quoting enclave',
      'OutOfDateConfigurationNeeded',
      { ...old, faults: platform('ConfigurationNeeded') },
    ],
    [
      'both with an outdated quoting enclave',
      'OutOfDateConfigurationNeeded',
      { ...old, faults: platform('ConfigurationAndSWHardeningNeeded') },
    ],
    [
      'an outdated platform that needs configuration',
      'OutOfDateConfigurationNeeded',
      { faults: platform('OutOfDateConfigurationNeeded') },
    ],
  ];
}

/** Every allowed difference. Costs some signatures when prepared. */
export function quoteVariants(): readonly QuoteVariant[] {
  const healthy = [...shapes(), ...certificates(), ...documents(), ...modules()];
  return [
    ...healthy.map(([name, scenario]): QuoteVariant => ({ name, status: 'UpToDate', scenario })),
    ...outdated().map(([name, status, scenario]): QuoteVariant => {
      return { name, status, scenario: { ...scenario, policy: { tcbStatuses: [status] } } };
    }),
  ];
}
