// In which ways can the TDX module that runs now be worse than the one that launched the TD (steps 17 and 18)?
import type { SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';

const svn = (...first: readonly number[]): readonly number[] =>
  Array.from({ length: 16 }, (_, i) => first[i] ?? 0);
const now = (teeTcbSvn2: readonly number[], teeTcbSvn?: readonly number[]): SimulatedScenario => ({
  request: { version: 5, bodyType: 3, teeTcbSvn, teeTcbSvn2 },
});

/** Only TD 1.5 bodies say which module runs now. */
export function relaunchDefects(): readonly DefectCase[] {
  return [
    ['a module that was revoked', 'TCB_REVOKED', now(svn(3, 1, 3)), 18],
    ['a platform level that was revoked', 'TCB_REVOKED', now(svn(7, 1, 1), svn(7, 1, 3)), 18],
    ['a version below all levels', 'TCB_NOT_SUPPORTED', now(svn(2, 1, 3)), 18],
    ['a platform version below all levels', 'TCB_NOT_SUPPORTED', now(svn(7, 1, 0)), 18],
    ['an unknown major version', 'TDX_MODULE', now(svn(7, 2, 3)), 18],
    ['an outdated module although the launch was current', 'TCB_STATUS', now(svn(6, 1, 3)), 18],
    ['a TD that was not relaunched after an update', 'TCB_STATUS', now(svn(7, 1, 3), svn(6, 1, 3)), 18],
    [
      'a module of the extended body that was revoked',
      'TCB_REVOKED',
      { request: { version: 5, bodyType: 4, teeTcbSvn2: svn(3, 1, 3) } },
      18,
    ],
  ];
}
