// Is each published attack refused with exactly its code? Reads only the files, as another implementation would.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sealTo } from '../../scripts/fixed-exchange.js';
import { fixedProxy, fixedRandom, fixedWorker } from '../../scripts/fixed-machines.js';
import { concat, fromHex, toHex } from '../internal/bytes.js';
import * as protocol from '../protocol/index.js';
import { DEFAULT_PRICES, decodeSealedHeader, RecordReader } from '../protocol/index.js';
import { verifyAssignment } from './envelope/assignment.js';
import { startWorkerLink } from './envelope/link-handshake.js';
import { openControl, openEnvelope } from './envelope/open-message.js';
import { verifyRoster, verifyRosterPage } from './envelope/roster.js';
import { verifyAuthorization, verifyControlAuthorization } from './envelope/verify-authorization.js';
import { openRequest } from './open-request.js';
import { createReplyOpener } from './reply-opener.js';

const FOLDER = new URL('../../spec/vectors/', import.meta.url);

type Case = { name: string; code: string } & Record<string, string>;
type Vectors = Record<string, string | number> & { cases: Case[] };

function load(name: string): Vectors {
  return JSON.parse(readFileSync(new URL(`attacks/${name}.json`, FOLDER), 'utf8'));
}

const worker = await fixedWorker('vector worker 0');
const second = await fixedWorker('vector worker 1', { coefficient: 1500 });
const proxy = await fixedProxy('vector proxy');

const hex = (one: Case, field: string) => fromHex(one[field] ?? '');

function decoder(name: string): (bytes: Uint8Array) => unknown {
  if (name === 'Core') return protocol.decodeCore;
  if (name === 'Manifest') return protocol.decodeManifest;
  const layout = Object.values(protocol).find(
    (value) => typeof value === 'object' && 'decode' in value && 'name' in value && value.name === name,
  );
  if (typeof layout !== 'object' || !('decode' in layout)) throw new Error(`no decoder of ${name}`);
  return layout.decode;
}

function split(message: Uint8Array) {
  const { suite, headerBytes, sealedBytes } = decodeSealedHeader(message);
  return {
    head: message.subarray(0, headerBytes),
    sealed: message.subarray(headerBytes, headerBytes + sealedBytes),
    suite,
    keys: proxy.keys,
    digest: proxy.digest,
  };
}

const context = (file: Vectors) => ({
  audience: String(file['audience']),
  model: String(file['model']),
  now: new Date(Number(file['now']) * 1000),
  coreHash: fromHex(String(file['coreHash'] ?? '')),
});

const RUN: Record<string, (one: Case, file: Vectors) => unknown> = {
  documents: (one) => decoder(one['document'] ?? '')(hex(one, 'bytes')),
  answers: async (one) => {
    const sealed = await sealTo([worker, second], fixedRandom('vector request 1'), { suite: 1 });
    const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
    for (const record of new RecordReader().push(hex(one, 'stream'))) await opener.push(record);
    opener.end();
  },
  envelopes: async (one) => openEnvelope(split(hex(one, 'message'))),
  controls: async (one, file) =>
    verifyControlAuthorization(await openControl(split(hex(one, 'message'))), context(file)),
  requests: (one) =>
    openRequest({
      keys: worker.keys,
      digest: worker.digest,
      coreBytes: hex(one, 'core'),
      wrap: hex(one, 'wrap'),
      body: hex(one, 'body'),
      random: fixedRandom('unused'),
    }),
  authorizations: (one, file) =>
    verifyAuthorization(protocol.authorizationLayout.decode(hex(one, 'authorization')), context(file)),
  rosters: async (one, file) => {
    const roster = await verifyRoster(
      proxy.machine,
      hex(one, 'roster'),
      hex(one, 'signature'),
      context(file),
    );
    verifyRosterPage(roster, hex(one, 'page'));
  },
  assignments: (one, file) =>
    verifyAssignment(proxy.manifest.signingPublicKey, hex(one, 'assignment'), hex(one, 'signature'), {
      ...context(file),
      workerDigest: worker.digest,
    }),
  links: async (one) => {
    const link = startWorkerLink({
      keys: worker.keys,
      evidence: worker.evidence,
      random: fixedRandom('vector link worker'),
    });
    await link.finish(hex(one, 'proxyHello'), async () => proxy.machine);
  },
};

describe.each(Object.entries(RUN))('attacks/%s.json', (name, run) => {
  const file = load(name);

  it.each(file.cases.map((one) => [[one['document'], one.name].filter(Boolean).join(': '), one] as const))(
    '%s',
    async (_, one) => {
      const code = await (async () => run(one, file))().then(
        () => '',
        (error: unknown) => Reflect.get(Object(error), 'code') ?? String(error),
      );
      expect(code).toBe(one.code);
    },
  );

  it('has attacks, and something that must be accepted', () => {
    expect(file.cases.some(({ code }) => code === '')).toBe(true);
    expect(file.cases.filter(({ code }) => code !== '').length).toBeGreaterThan(3);
  });
});

describe('the folder', () => {
  it('has no file that is not run', () => {
    const files = readdirSync(new URL('attacks/', FOLDER)).filter((name) => name.endsWith('.json'));
    expect(files.sort()).toEqual(
      Object.keys(RUN)
        .map((name) => `${name}.json`)
        .sort(),
    );
  });

  it('is about the machines and the request of the other vectors', async () => {
    const { machines } = JSON.parse(readFileSync(new URL('seal/machines.json', FOLDER), 'utf8'));
    expect(machines.map(({ digest }: { digest: string }) => digest)).toEqual(
      [worker, second, proxy].map(({ digest }) => toHex(digest)),
    );
    const request = JSON.parse(readFileSync(new URL('seal/request-suite-1.json', FOLDER), 'utf8'));
    const sealed = await sealTo([worker, second], fixedRandom('vector request 1'), { suite: 1 });
    expect(request.core).toBe(toHex(concat(sealed.coreBytes)));
  });
});
