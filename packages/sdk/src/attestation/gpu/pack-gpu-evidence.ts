// How does the output of NVIDIA's tools become the document a worker serves? PROTOCOL.md §5.7; shape only, nothing is trusted by it.
import { fromUtf8, utf8 } from '../../internal/bytes.js';
import { encodeGpuEvidence, type GpuReportEvidence } from '../../protocol/gpu-evidence.js';
import { expectFormat } from '../format/cursor.js';
import { asObject, field, listField, parseJson, textField } from '../format/json.js';
import { parsePemChain } from '../format/pem.js';
import { parseGpu } from './gpu-fail.js';

const MAX_JSON_BYTES = 262_144;
const MAX_GPUS = 16;

/**
 * Packs JSON with `evidences` (or `evidence_list`), a list of `{evidence, certificate}` in base64 as NVIDIA's tools collect them, and
 * `detached_eat`, the answer of NVIDIA's attestation service; one of the two may be absent. Other members are left out.
 * @throws CocoonError `ATTESTATION_GPU_EVIDENCE`
 */
export function packGpuEvidence(json: Uint8Array): Uint8Array<ArrayBuffer> {
  return parseGpu('GPU_EVIDENCE', 'tool output', () => {
    expectFormat(json.length <= MAX_JSON_BYTES, 'too long');
    const output = asObject(parseJson(fromUtf8(json)), 'tool output');
    const name = field(output, 'evidences') === undefined ? 'evidence_list' : 'evidences';
    const list = field(output, name) === undefined ? [] : listField(output, name, MAX_GPUS);
    const eat = field(output, 'detached_eat');
    expectFormat(list.length > 0 || eat !== undefined, 'neither evidence nor token');
    return encodeGpuEvidence({
      reports: list.map(readEntry),
      token: eat === undefined ? undefined : utf8(JSON.stringify(eat)),
    });
  });
}

function readEntry(value: unknown): GpuReportEvidence {
  const entry = asObject(value, 'evidence');
  return {
    report: base64(textField(entry, 'evidence')),
    // A chain of certificates in PEM, leaf first.
    chain: parsePemChain(fromUtf8(base64(textField(entry, 'certificate')))),
  };
}

function base64(text: string): Uint8Array {
  expectFormat(/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, 'base64');
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
