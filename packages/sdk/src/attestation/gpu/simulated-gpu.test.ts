// Does the simulated GPU pass the same verifier as a real one, only under the simulated anchor, and does each of its faults fail?
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../internal/bytes.js';
import {
  createSimulatedGpu,
  type GpuCertificateFault,
  type SimulatedGpuFaults,
  simulatedGpuTrust,
} from '../../testing/gpu/index.js';
import { simulatedRootDer } from '../../testing/tdx/index.js';
import { simulatedAnchor } from '../../unsafe.js';
import { verifyGpuReport } from './verify-gpu-report.js';

const now = new Date('2026-03-01T12:00:00Z');
const nonce = new Uint8Array(32).fill(9);
const anchor = simulatedAnchor(simulatedRootDer(), simulatedGpuTrust());

function verify(faults: SimulatedGpuFaults = {}, trusted: typeof anchor | undefined = anchor) {
  const gpu = createSimulatedGpu({ now, faults });
  return verifyGpuReport(gpu.report(nonce), gpu.chain(), { nonce, now, anchor: trusted });
}

describe('a simulated GPU', () => {
  it('accepts: under the simulated anchor, and says so', async () => {
    expect(await verify()).toMatchObject({ simulated: true, driver: '570.00', vbios: '96.00.9f.00.01' });
  });

  it('rejects: under NVIDIA’s root', async () => {
    const gpu = createSimulatedGpu({ now });
    await expect(verifyGpuReport(gpu.report(nonce), gpu.chain(), { nonce, now })).rejects.toMatchObject({
      code: 'ATTESTATION_GPU_UNTRUSTED_ROOT',
    });
  });

  const leaf = (fault: GpuCertificateFault): SimulatedGpuFaults => ({ chain: { leaf: fault } });
  const rom = (fault: GpuCertificateFault): SimulatedGpuFaults => ({ chain: { rom: fault } });
  const opaque = (type: number, value: Uint8Array): SimulatedGpuFaults => ({
    report: { opaque: new Map([[type, value]]) },
  });
  const at = (offset: number, value: number) => (bytes: Uint8Array) => {
    const out = bytes.slice();
    out[offset] = value;
    return out;
  };
  const FAULTS: Record<string, [code: string, faults: SimulatedGpuFaults]> = {
    'another root': ['GPU_UNTRUSTED_ROOT', { chain: { root: { serial: Uint8Array.of(1) } } }],
    'a leaf signed by another key': ['GPU_CHAIN_SIG', leaf({ signedBy: 'stranger' })],
    'a broken leaf': ['GPU_CHAIN_SIG', leaf({ breakSignature: true })],
    'a broken boot ROM': ['GPU_CHAIN_SIG', rom({ breakSignature: true })],
    'a broken provisioner': ['GPU_CHAIN_SIG', { chain: { provisioner: { breakSignature: true } } }],
    'a broken identity': ['GPU_CHAIN_SIG', { chain: { identity: { breakSignature: true } } }],
    'a leaf that may issue': ['GPU_CHAIN', leaf({ usage: '03020284' })],
    'a leaf that is a CA': ['GPU_CHAIN', leaf({ constraints: '30030101ff' })],
    'a boot ROM that is no CA': ['GPU_CHAIN', rom({ constraints: '3000' })],
    'a boot ROM that may sign lists': ['GPU_CHAIN', rom({ usage: '03020106' })],
    'another name': ['GPU_CHAIN', leaf({ commonName: 'GB100 A01 GSP FMC LF' })],
    'another issuer': ['GPU_CHAIN', leaf({ issuer: 'GB100 A01 GSP BROM' })],
    'another issuer key': ['GPU_CHAIN', leaf({ authority: 'stranger' })],
    'no firmware identity': ['GPU_CHAIN', leaf({ fwid: undefined })],
    'a firmware identity of another hash': ['GPU_CHAIN', leaf({ fwid: new Uint8Array(32) })],
    'another firmware identity': ['GPU_FWID', leaf({ fwid: new Uint8Array(48) })],
    'a leaf that ended': ['GPU_CHAIN_EXPIRED', leaf({ notAfter: new Date('2026-03-01T11:59:59Z') })],
    'a boot ROM of the future': [
      'GPU_CHAIN_NOT_YET_VALID',
      rom({ notBefore: new Date('2026-03-01T12:00:01Z') }),
    ],
    'bytes behind a certificate': ['GPU_CHAIN', leaf({ editDer: (der) => Uint8Array.of(...der, 0) })],
    'another nonce': ['GPU_NONCE', { report: { nonce: new Uint8Array(32) } }],
    'a report signed by another key': ['GPU_REPORT_SIG', { report: { signedBy: 'stranger' } }],
    'a broken report signature': ['GPU_REPORT_SIG', { report: { breakSignature: true } }],
    'firmware other than the certificate’s': ['GPU_FWID', opaque(20, new Uint8Array(48))],
    'SPDM 1.2': ['GPU_REPORT', { report: { editSigned: at(0, 0x12) } }],
    'a single block asked for': ['GPU_REPORT', { report: { editSigned: at(3, 1) } }],
    'another certificate slot': ['GPU_REPORT', { report: { editSigned: at(36, 1) } }],
    'a block too many': ['GPU_REPORT', { report: { editSigned: at(41, 65) } }],
    'blocks out of order': ['GPU_REPORT', { report: { editSigned: at(45, 2) } }],
    'a raw measurement': ['GPU_REPORT', { report: { editSigned: at(49, 0x81) } }],
    'a driver version with a line break': ['GPU_REPORT', opaque(3, utf8('570\n'))],
    'no driver version': ['GPU_REPORT', opaque(3, new Uint8Array(8))],
    'a board id of another length': ['GPU_REPORT', opaque(14, new Uint8Array(5))],
    'a VBIOS version of six parts': ['GPU_REPORT', opaque(6, Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0))],
    'a report above the limit': [
      'GPU_REPORT',
      { report: { editReport: (bytes) => Uint8Array.of(...bytes, ...new Uint8Array(8_192)) } },
    ],
  };
  for (const [name, [code, faults]] of Object.entries(FAULTS)) {
    it(`rejects: ${name}`, async () => {
      await expect(verify(faults)).rejects.toMatchObject({ code: `ATTESTATION_${code}` });
    });
  }
});
