// Which mistakes in the settings of private models are told, and in which words?
import { expect, test } from 'vitest';
import { parseConfig } from '../config.js';

const base = {
  proxy: 'http://127.0.0.1:1',
  registry: 'r.json',
  registryKey: '00'.repeat(32),
  quote: 'simulated',
  engine: 'gguf',
  model: 'mine',
};
const sealed = { modelSealedFile: 'm.sealed', modelDigest: 'AB'.repeat(32) };
const byFiles = { modelRequestFile: 'request', modelReleaseFile: 'release' };
const byAddress = { modelReleaseListen: '127.0.0.1:0' };

test.each([
  ['by files', byFiles],
  ['by address', byAddress],
  ['both ways, on a disk of a simulated machine', { ...byFiles, ...byAddress, modelOnDisk: true }],
  ['at an IPv6 address', { modelReleaseListen: '[::1]:8443' }],
])('accepts: a sealed model whose key comes %s', (_, more) => {
  expect(parseConfig({ ...base, ...sealed, ...more })).toMatchObject({ ...sealed, ...more });
});

test('accepts: memory as the default place', () => {
  expect(parseConfig({ ...base, ...sealed, ...byAddress })).toMatchObject({
    modelMemory: '/dev/shm',
    modelOnDisk: false,
  });
});

test.each<[string, object]>([
  ['--model-digest is needed with --model-sealed-file', { ...byAddress, modelSealedFile: 'm' }],
  ['--model-digest must be the 64 hex digits', { ...sealed, ...byAddress, modelDigest: 'ab' }],
  ['--model-release-listen, or --model-request-file and', sealed],
  [
    '--model-request-file and --model-release-file go together',
    { ...sealed, ...byAddress, modelReleaseFile: 'r' },
  ],
  ['--model-request-file and --model-release-file go together', { ...sealed, modelRequestFile: 'r' }],
  ['--model-file and --model-sealed-file exclude', { ...sealed, ...byAddress, modelFile: 'm.gguf' }],
  [
    '--model-url and --model-sealed-file exclude',
    { ...sealed, ...byAddress, modelUrl: 'https://m.example/m' },
  ],
  [
    '--model-sha256 and --model-sealed-file exclude',
    { ...sealed, ...byAddress, modelSha256: '00'.repeat(32) },
  ],
  ['--model-sealed-file belongs to --engine gguf', { ...sealed, ...byAddress, engine: 'extractive' }],
  ['--model-digest belongs to --model-sealed-file', { modelFile: 'm.gguf', modelDigest: '00'.repeat(32) }],
  ['--model-release-listen belongs to --model-sealed-file', { modelFile: 'm.gguf', ...byAddress }],
  ['--model-memory belongs to --model-sealed-file', { modelFile: 'm.gguf', modelMemory: '/x' }],
  ['--model-on-disk belongs to --model-sealed-file', { modelFile: 'm.gguf', modelOnDisk: true }],
  [
    '--model-on-disk belongs to --quote simulated',
    { ...sealed, ...byAddress, modelOnDisk: true, quote: 'configfs', pccs: 'https://p.example' },
  ],
  ['--model-release-listen must be like', { ...sealed, modelReleaseListen: '8443' }],
  ['--model-release-listen must be like', { ...sealed, modelReleaseListen: '127.0.0.1:65536' }],
  ['--model-release-listen must be like', { ...sealed, modelReleaseListen: 'a b:1' }],
])('rejects: %s', (text, more) => {
  expect(() => parseConfig({ ...base, ...more })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) }),
  );
});
