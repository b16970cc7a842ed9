// Which names does the package promise? A change here is a change for users.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const manifest: { exports: Record<string, Record<string, string>> } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

const load = async (entry: string): Promise<string[]> => {
  const source = manifest.exports[entry]?.['@cocoonkit/source'] ?? '';
  return Object.keys(await import(new URL(`../${source}`, import.meta.url).href)).sort();
};

describe('exports', () => {
  it('the door', async () => {
    expect(await load('.')).toMatchInlineSnapshot(`
      [
        "CocoonError",
        "TruncatedError",
        "accountFromSeed",
        "createAccount",
        "createCocoon",
        "createGrantKey",
        "fetchLocalRegistry",
        "issueGrant",
        "parseGrant",
        "parseLocalRegistry",
      ]
    `);
  });

  it('the subpaths users build on', async () => {
    expect(await load('./errors')).toEqual(['CocoonError']);
    expect(await load('./report')).toEqual(['verifyReportExport']);
    expect(await load('./tsm')).toEqual(['readBootLog', 'readTsmQuote', 'tsmTree']);
    expect(await load('./unsafe')).toEqual(['simulatedAnchor']);
    expect(await load('./registry')).toMatchInlineSnapshot(`
      [
        "fetchLocalRegistry",
        "httpBeaconSource",
        "parseBoc",
        "parseLocalRegistry",
        "parseRegistry",
        "rememberBeacons",
        "signLocalRegistry",
      ]
    `);
    expect(await load('./testing')).toEqual(
      expect.arrayContaining([
        'createMemoryNetwork',
        'createSimulatedTdx',
        'flipRecord',
        'helloModel',
        'renameHead',
        'simulatedMachine',
        'simulatedMeasurementRule',
        'simulatedRootDer',
        'splitRecords',
        'swapEvidence',
        'textChunks',
      ]),
    );
  });

  it('every entry has types, source and code at matching places', () => {
    for (const [entry, conditions] of Object.entries(manifest.exports)) {
      if (entry === './package.json') continue;
      const source = conditions['@cocoonkit/source'] ?? '';
      const stem = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '');
      expect(conditions, entry).toMatchObject({ types: `${stem}.d.ts`, default: `${stem}.js` });
      expect(() => readFileSync(new URL(`../${source}`, import.meta.url)), source).not.toThrow();
    }
  });

  it('the door never leads to the dangers', async () => {
    expect(await load('.')).not.toContain('simulatedAnchor');
  });
});
