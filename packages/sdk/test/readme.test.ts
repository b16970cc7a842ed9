// Do the programs printed in the READMEs compile, and do those that talk to a network work on the one in memory?
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as sdk from '../src/index.js';
import { verifyReportExport } from '../src/report/index.js';
import { createMemoryNetwork, FAULTS } from '../src/testing/index.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const READMES = [
  'README.md',
  ...readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}/README.md`),
];

/** What a reader is expected to have: names the texts use without saying where they come from. */
const GIVEN = `
import * as sdk from '@cocoonkit/sdk';
import type { WorkerSettings } from '@cocoonkit/worker';
declare global {
  const report: Uint8Array, chain: Uint8Array[], jwks: string, nonce: Uint8Array;
  const seed: Uint8Array, registryKey: Uint8Array, quote: Uint8Array, reportData: Uint8Array;
  const subkey: Uint8Array, proxy: string, model: string, audience: string, json: unknown, bundle: string, settings: WorkerSettings;
  const network: sdk.NetworkSource, account: sdk.Account, messages: sdk.ChatMessage[];
  const cocoon: sdk.Cocoon, reply: sdk.Reply;
  const createCocoon: typeof sdk.createCocoon, createGrantKey: typeof sdk.createGrantKey;
  const issueGrant: typeof sdk.issueGrant, parseGrant: typeof sdk.parseGrant;
  function show(text: string): void;
}
`;

interface Fence {
  name: string;
  code: string;
}

const fences: Fence[] = READMES.filter((file) => existsSync(join(ROOT, file))).flatMap((file) =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
    ([, code = ''], index) => ({
      name: `${file} ${index + 1}`,
      code,
    }),
  ),
);

function complaints(programs: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const checked = {
    ...options,
    noEmit: true,
    noUnusedLocals: false,
    customConditions: ['@cocoonkit/source'],
  };
  const host = ts.createCompilerHost(checked);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => programs.get(path) ?? readFile(path);
  host.fileExists = (path) => programs.has(path) || fileExists(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = programs.get(path);
    return text === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...programs.keys()], checked, host);
  return [...programs.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

const path = (index: number) => join(ROOT, `packages/sdk/test/readme-fence-${index}.ts`);
const given: [string, string] = [join(ROOT, 'packages/sdk/test/readme-given.ts'), GIVEN];

describe('programs in the READMEs', () => {
  it('compile, every one of them', () => {
    expect(fences.length).toBeGreaterThan(6);
    const programs = fences.map(({ code }, index): [string, string] => [
      path(index),
      `${code}\nexport {};\n`,
    ]);
    expect(complaints(new Map([given, ...programs]))).toEqual([]);
    // A check that finds nothing must be able to find something.
    const wrong = 'cocoon.chat({ modle: 1 });\nexport {};\n';
    expect(complaints(new Map([given, [path(0), wrong]]))).toHaveLength(1);
  });

  it('work, where they ask a model', async () => {
    const memory = await createMemoryNetwork();
    const { account, seed } = await sdk.createAccount();
    memory.credit(account.id, 1_000_000n);
    const { fetch, now, anchor, registry, beacons } = memory;
    const network = { registry, beacons };
    const open = (options: object) =>
      sdk.createCocoon({ ...options, account, proxy: memory.url, fetch, now, anchor, network });
    const messages = [{ role: 'user' as const, content: 'hello' }];
    let shown = '';
    const names = {
      ...sdk,
      createCocoon: open,
      createMemoryNetwork,
      FAULTS,
      verifyReportExport: (text: string) => verifyReportExport(text, { anchor }),
      account,
      seed,
      messages,
      network,
      registryKey: new Uint8Array(32),
      proxy: memory.url,
      model: 'simulated-model',
      cocoon: open({}),
      reply: await open({}).chat({ model: 'simulated-model', messages }),
      show: (text: string) => {
        shown += text;
      },
    };
    const asking = fences.filter(({ code }) =>
      /\.(chat|stream)\(|createMemoryNetwork|verifyReportExport/.test(code),
    );
    expect(asking.length).toBeGreaterThanOrEqual(5);
    for (const { name, code } of asking) {
      const { outputText } = ts.transpileModule(code.replaceAll("'some-model'", "'simulated-model'"), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      const body = outputText.replaceAll(/^import .*$/gm, '').replaceAll(/^export .*$/gm, '');
      // Names that a program declares itself are not handed to it.
      const handed = Object.entries(names).filter(([key]) => !new RegExp(`const ${key} =`).test(body));
      const run = new Function(...handed.map(([key]) => key), `return (async () => {${body}})();`);
      await expect(run(...handed.map(([, value]) => value)), name).resolves.toBeUndefined();
    }
    expect(shown).toContain('Hello there');
  });
});
