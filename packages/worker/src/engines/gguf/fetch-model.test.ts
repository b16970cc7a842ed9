// Is only the pinned file ever used, and does nothing of a failed download stay? A real server on loopback.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '../../config.js';
import { createEngine } from '../../create-engine.js';
import { fetchModel } from './fetch-model.js';

const MODEL = new Uint8Array(200_000).map((_, at) => (at * 31) % 251);
const sha256 = createHash('sha256').update(MODEL).digest('hex');
const size = MODEL.length;
let folder: string;
let server: Server;
let asked: string[];
let answer: RequestListener;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  asked = [];
  answer = (_request, response) => void response.end(MODEL);
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function port(): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}
const get = (more: Partial<Parameters<typeof fetchModel>[0]> = {}) =>
  fetchModel({ url: `http://127.0.0.1:${port()}/m.gguf`, sha256, size, folder, fetch, ...more });

test('accepts: the pinned file, fetched once', async () => {
  const file = await get({ sha256: sha256.toUpperCase() });
  expect(file).toBe(join(folder, `${sha256}.gguf`));
  expect(new Uint8Array(await readFile(file))).toEqual(MODEL);
  expect(await get()).toBe(file);
  expect(asked).toEqual(['/m.gguf']);
  expect(await readdir(folder)).toEqual([`${sha256}.gguf`]);
});

test('accepts: a file in the folder that was changed is fetched anew', async () => {
  const file = await get();
  await writeFile(
    file,
    MODEL.map((byte) => byte ^ 1),
  );
  expect(new Uint8Array(await readFile(await get()))).toEqual(MODEL);
  expect(asked).toHaveLength(2);
});

test('accepts: a redirect on the same host', async () => {
  answer = (request, response) => {
    if (request.url === '/m.gguf') response.writeHead(302, { location: '/real.gguf' }).end();
    else response.end(MODEL);
  };
  await get();
  expect(asked).toEqual(['/m.gguf', '/real.gguf']);
});

const redirectTo = (location: string): RequestListener => {
  return (_request, response) => void response.writeHead(302, { location }).end();
};
const wrong = MODEL.map((byte) => byte ^ 1);

test.each<[string, RequestListener, string]>([
  ['another file of the same size', (_, response) => void response.end(wrong), 'MODEL_HASH_MISMATCH'],
  [
    'a file that is announced longer',
    (_, response) => void response.end(new Uint8Array(size + 1)),
    'MODEL_SIZE_MISMATCH',
  ],
  [
    'a file that turns out longer',
    (_, response) => {
      response.write(MODEL);
      response.end('x');
    },
    'MODEL_SIZE_MISMATCH',
  ],
  [
    'a file that ends early',
    (_, response) => {
      response.write(MODEL.subarray(0, 1_000));
      response.end();
    },
    'MODEL_DOWNLOAD_FAILED',
  ],
  [
    'a file that is cut off',
    (_, response) => {
      response.writeHead(200, { 'content-length': size });
      response.write(MODEL.subarray(0, 1_000), () => response.socket?.destroy());
    },
    'MODEL_DOWNLOAD_FAILED',
  ],
  ['a missing file', (_, response) => void response.writeHead(404).end('/m.gguf'), 'MODEL_DOWNLOAD_FAILED'],
  ['a redirect to another host', redirectTo('http://other.example/m.gguf'), 'MODEL_REDIRECT_REFUSED'],
  ['a redirect to another port', redirectTo('http://127.0.0.1:9/m.gguf'), 'MODEL_REDIRECT_REFUSED'],
  ['a redirect to a file of this machine', redirectTo('file:///etc/passwd'), 'MODEL_REDIRECT_REFUSED'],
  ['redirects in circles', redirectTo('/m.gguf'), 'MODEL_REDIRECT_REFUSED'],
])('rejects: %s, and keeps nothing of it', async (_name, listener, code) => {
  answer = listener;
  await expect(get()).rejects.toMatchObject({ code });
  expect(await readdir(folder)).toEqual([]);
});

test('rejects: a server that goes silent', async () => {
  answer = (_request, response) => void response.write(MODEL.subarray(0, 1_000));
  await expect(get({ idleMs: 100 })).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
  expect(await readdir(folder)).toEqual([]);
});

const base = {
  proxy: 'http://127.0.0.1:1',
  registry: 'r.json',
  registryKey: '00'.repeat(32),
  quote: 'simulated',
  engine: 'gguf',
  model: 'mine',
};

const deps = { fetch, openSealed: () => Promise.reject(new TypeError('no sealed model is named')) };

test('rejects: a local file that is not the pinned one, before it is loaded', async () => {
  const modelFile = join(folder, 'm.gguf');
  await writeFile(modelFile, wrong);
  const load = (more: object) => createEngine(parseConfig({ ...base, modelFile, ...more }), deps);
  await expect(load({ modelSha256: sha256 })).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
  await expect(load({ modelSha256: sha256, modelSize: size + 1 })).rejects.toMatchObject({
    code: 'MODEL_SIZE_MISMATCH',
  });
});

test('rejects: by the settings, an engine whose download brings another file', async () => {
  answer = (_request, response) => void response.end(wrong);
  const config = parseConfig({
    ...base,
    modelUrl: `http://127.0.0.1:${port()}/m.gguf`,
    modelSha256: sha256,
    modelSize: String(size),
    modelCache: folder,
  });
  await expect(createEngine(config, deps)).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
});

test.each<[object, string]>([
  [{ modelUrl: 'https://m.example/m.gguf' }, '--model-sha256 and --model-size are needed'],
  [
    { modelUrl: 'https://m.example/m.gguf', modelSha256: sha256 },
    '--model-sha256 and --model-size are needed',
  ],
  [
    { modelUrl: 'https://m.example/m', modelFile: '/m.gguf', modelSha256: sha256, modelSize: 1 },
    'exclude each other',
  ],
  [{ modelUrl: 'file:///m.gguf', modelSha256: sha256, modelSize: 1 }, '--model-url must be an address'],
  [
    { modelUrl: 'https://a:b@m.example/m', modelSha256: sha256, modelSize: 1 },
    '--model-url must not hold a password',
  ],
  [{ modelFile: '/m.gguf', modelSha256: 'abc' }, '--model-sha256 must be the 64 hex digits'],
  [{ modelFile: '/m.gguf', modelCache: '/c' }, '--model-cache belongs to --model-url'],
])('rejects: settings %#', (more, text) => {
  expect(() => parseConfig({ ...base, ...more })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) }),
  );
});
