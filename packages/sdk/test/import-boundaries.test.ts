// Who may import whom? The rules that keep the trust ladder and the browser graph whole, checked over every source file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PACKAGES = fileURLToPath(new URL('../..', import.meta.url));
const SDK = join(PACKAGES, 'sdk/src');

interface Import {
  file: string;
  specifier: string;
  /** Of a relative import: path below `packages/`. */
  target: string;
  dynamic: boolean;
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Comments are cut first: only code imports. */
function readImports(file: string, source = readFileSync(file, 'utf8')): Import[] {
  const code = source.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  const found: Import[] = [];
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  for (const match of code.matchAll(pattern)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.')
      ? relative(PACKAGES, resolve(dirname(file), specifier))
      : specifier;
    found.push({ file: relative(PACKAGES, file), specifier, target, dynamic: match[3] !== undefined });
  }
  return found;
}

function importsOf(packageName: string): Import[] {
  return sourceFiles(join(PACKAGES, packageName, 'src')).flatMap((file) => readImports(file));
}

const sdk = sourceFiles(SDK).flatMap((file) => readImports(file));
const under = (folder: string) => (one: Import) => one.file.startsWith(`sdk/src/${folder}`);
const show = (list: Import[]) => list.map(({ file, specifier }) => `${file} -> ${specifier}`);

/** Imports of `folder` that lead elsewhere: `./x` allows a place inside the SDK, other names a package. */
function outside(folder: string, allowed: readonly string[]): string[] {
  const places = allowed.map((place) => place.replace(/^\.\//, 'sdk/src/'));
  return show(
    sdk.filter(under(folder)).filter(({ target }) => !places.some((place) => target.startsWith(place))),
  );
}

describe('inside the SDK', () => {
  it('finds imports of every form', () => {
    const source =
      "import a from './a.js';\nimport {\n  b,\n} from '../b.js';\nexport * from './c.js';\nimport './d.js';\nconst e = await import('./e.js');\n// import './no.js'";
    expect(readImports(join(SDK, 'x/y.ts'), source).map(({ specifier }) => specifier)).toEqual([
      './a.js',
      '../b.js',
      './c.js',
      './d.js',
      './e.js',
    ]);
    expect(sdk.length).toBeGreaterThan(300);
  });

  it('errors imports nothing; internal only errors, protocol labels and primitives', () => {
    expect(show(sdk.filter(({ file }) => file === 'sdk/src/errors.ts'))).toEqual([]);
    expect(
      outside('internal/', ['./internal/', './errors.js', '#platform', '#noble', '@noble/', 'node:crypto']),
    ).toEqual([]);
  });

  it('protocol imports only errors and internal', () => {
    expect(outside('protocol/', ['./protocol/', './internal/', './errors.js'])).toEqual([]);
  });

  it('attestation and seal import only what is below them', () => {
    const below = [
      './attestation/',
      './seal/',
      './protocol/',
      './internal/',
      './registry/',
      './receipts/',
      './errors.js',
      '#platform',
      '#sync-quote',
      '@noble/',
    ];
    expect(outside('attestation/', below)).toEqual([]);
    expect(outside('seal/', below)).toEqual([]);
    expect(outside('receipts/', below)).toEqual([]);
  });

  it('nothing the proxy may import can open a body', () => {
    const reached = new Set<string>();
    const visit = (target: string): void => {
      const file = `${target.replace(/\.js$/, '')}.ts`;
      if (reached.has(file)) return;
      reached.add(file);
      for (const one of sdk) if (one.file === file && one.target.startsWith('sdk/')) visit(one.target);
    };
    visit('sdk/src/seal/envelope/index.js');
    expect([...reached].some((file) => file.endsWith('open-message.ts'))).toBe(true);
    expect(
      [...reached].filter((file) => /(open-request|seal\/body|reply-(sealer|opener))\.ts$/.test(file)),
    ).toEqual([]);
  });

  it('verified machines are minted in one file, and simulated roots registered in one', () => {
    const users = (name: string) =>
      sourceFiles(SDK)
        .filter((file) => new RegExp(`\\b${name}\\b`).test(readFileSync(file, 'utf8')))
        .map((file) => relative(SDK, file))
        .sort();
    expect(users('mintVerifiedMachine')).toEqual([
      'attestation/verify-machine.ts',
      'seal/verified-machine.ts',
    ]);
    expect(users('registerSimulatedRoot')).toEqual(['attestation/anchor.ts', 'unsafe.ts']);
  });

  it('the simulator and the dangers are loaded only by testing, the command line and each other', () => {
    const users = sdk.filter(({ target }) => /sdk\/src\/(testing\/|unsafe\.js)/.test(target));
    expect(show(users.filter(({ file }) => !/sdk\/src\/(testing|cli)\//.test(file)))).toEqual([]);
    expect(
      show(
        users.filter(
          ({ file, target, dynamic }) => file.includes('/cli/') && target.includes('/testing/') && !dynamic,
        ),
      ),
    ).toEqual([]);
  });

  it('Node is known only to files that say so', () => {
    const node = sdk.filter(({ specifier }) => specifier.startsWith('node:'));
    expect(node.length).toBeGreaterThan(0);
    expect(show(node.filter(({ file }) => !/\.node\.ts$|sdk\/src\/(cli|gateway)\//.test(file)))).toEqual([]);
    const buffers = sourceFiles(SDK).filter((file) =>
      /\bBuffer\b(?!s)/.test(readFileSync(file, 'utf8').replaceAll(/\/\/.*$/gm, '')),
    );
    expect(
      buffers.map((file) => relative(SDK, file)).filter((file) => !/\.node\.ts$|^cli\//.test(file)),
    ).toEqual([]);
  });

  it('@ton/core is known to the contracts’ wrappers and the command line alone, and they to nothing above them', () => {
    const users = sdk.filter(({ specifier }) => specifier.startsWith('@ton/'));
    expect(show(users.filter(({ file }) => !/sdk\/src\/(ton|cli)\//.test(file)))).toEqual([]);
    expect(outside('ton/', ['./ton/', './internal/', './errors.js', '#platform', '@ton/core'])).toEqual([]);
  });

  it('heavy libraries stay out of the browser graph', () => {
    const heavy = sdk.filter(({ specifier }) => /^(commander|zod|ky|pino|undici|ws|hono)/.test(specifier));
    expect(show(heavy.filter(({ file }) => !/\.node\.ts$|sdk\/src\/(cli|gateway|pcs)\//.test(file)))).toEqual(
      [],
    );
    const fetching = sdk.filter(({ target }) => target.startsWith('sdk/src/pcs/'));
    expect(show(fetching.filter(({ file }) => !/sdk\/src\/(cli|gateway|pcs)\//.test(file)))).toEqual([]);
    expect(outside('pcs/', ['./pcs/', './attestation/', './internal/', './errors.js', 'ky', 'zod'])).toEqual(
      [],
    );
    const curves = sdk.filter(({ specifier }) => /^@noble\/(curves|ciphers)/.test(specifier));
    expect(
      show(curves.filter(({ file }) => !/internal\/noble(-p256|-ecdsa)?\.ts$|src\/testing\//.test(file))),
    ).toEqual([]);
  });

  it('nothing imports the client but the doors above it', () => {
    const users = sdk.filter(({ target }) => /sdk\/src\/(client|session|exchange)\.js$/.test(target));
    expect(
      show(
        users.filter(
          ({ file }) =>
            !/^sdk\/src\/(index|client|session\/|reply|exchange|embeddings\/|openai|ai-sdk|cli\/|gateway\/|session\.)/.test(
              file,
            ),
        ),
      ),
    ).toEqual([]);
  });
});

describe('between packages', () => {
  const sdkEntries: Record<string, readonly string[]> = {
    worker: [
      'protocol',
      'seal',
      'attestation',
      'attestation/fetch',
      'receipts',
      'registry',
      'ton',
      'tsm',
      'errors',
      'unsafe',
    ],
    proxy: [
      'protocol',
      'seal/envelope',
      'attestation',
      'attestation/fetch',
      'receipts',
      'registry',
      'ton',
      'tsm',
      'errors',
      'unsafe',
    ],
  };
  for (const [name, entries] of Object.entries(sdkEntries)) {
    it(`${name} imports only its part of the SDK, and the simulator only on demand`, () => {
      const imports = importsOf(name).filter(({ specifier }) => specifier.startsWith('@cocoonkit/'));
      const bad = imports.filter(({ specifier, dynamic, file }) => {
        const entry = specifier.replace(/^@cocoonkit\/sdk\/?/, '');
        if (entry === 'testing') return !dynamic || !file.endsWith('simulated.ts');
        return !entries.includes(entry);
      });
      expect(show(bad)).toEqual([]);
    });

    it(`${name} never reaches into another package’s files`, () => {
      const bad = importsOf(name).filter(
        ({ specifier, target }) => specifier.startsWith('.') && !target.startsWith(`${name}/`),
      );
      expect(show(bad)).toEqual([]);
    });
  }

  it('bot-kit sees the SDK’s door and grammY', () => {
    const bad = importsOf('bot-kit').filter(
      ({ specifier }) => !/^(\.|@cocoonkit\/sdk$|@cocoonkit\/sdk\/errors$|grammy)/.test(specifier),
    );
    expect(show(bad.filter(({ specifier }) => specifier.startsWith('@cocoonkit/')))).toEqual([]);
  });
});
