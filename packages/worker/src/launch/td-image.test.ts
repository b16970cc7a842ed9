// Do the files of the TD image fit the programs they start, and does the documented launch plan what the page says?
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLaunchOptions } from './launch-options.js';
import { planLaunch } from './plan-launch.js';

const root = new URL('../../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

test.each(['worker', 'proxy'])('the flags in the image of a %s are flags of its program', (role) => {
  const file = `packages/worker/image/mkosi.profiles/${role}/mkosi.extra/etc/cocoonkit/${role}.env`;
  const flags = [...read(file).matchAll(/ (--[a-z-]+)|=(--[a-z-]+)/g)].map(([, one, other]) => one ?? other);
  expect(flags.length).toBeGreaterThan(5);
  const program = read(`packages/${role}/src/main.ts`);
  for (const flag of flags) expect(program).toContain(`'${flag} <`);
});

test('the documented launch command starts the image read-only', () => {
  const line = read('docs/td-image.md')
    .split('\n')
    .find((candidate) => candidate.startsWith('cocoonkit-worker launch --print'));
  const flags: Record<string, string> = {};
  for (const [, name = '', quoted, plain] of (line ?? '').matchAll(/--([a-z-]+) (?:"([^"]*)"|(\/\S+|\d+))/g))
    flags[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())] = quoted ?? plain ?? '';
  const argv = planLaunch(readLaunchOptions(flags));
  expect(argv[argv.indexOf('-append') + 1]).toMatch(
    /roothash=0{64} systemd\.volatile=state systemd\.swap=no/,
  );
  expect(argv[argv.indexOf('-bios') + 1]).toBe('/srv/td/OVMF.fd');
  expect(argv.join(' ')).toContain('"read-only":true');
});
