// How are the public quotes and collateral under spec/vectors/quotes made from a collection of originals?
// Usage: node scripts/copy-tdx-vectors.mjs <collection>. Decodes text forms, drops duplicates, keeps signed bytes untouched.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const source = process.argv[2];
if (source === undefined) throw new Error('usage: node scripts/copy-tdx-vectors.mjs <collection>');
const target = new URL('../spec/vectors/quotes/', import.meta.url).pathname;
const read = (path) => readFileSync(join(source, path));

for (const folder of ['quotes', 'collateral', 'intel-sample']) {
  rmSync(join(target, folder), { recursive: true, force: true });
  mkdirSync(join(target, folder), { recursive: true });
}

function quoteBytes(path) {
  const bytes = read(path);
  if (path.endsWith('.json')) return Buffer.from(JSON.parse(bytes).quote, 'hex');
  if (path.endsWith('.hex')) return Buffer.from(bytes.toString('latin1').trim().replace(/^0x/, ''), 'hex');
  return bytes;
}

const known = new Map();

/** Writes the bytes once, under the first name they were asked for. */
function keep(folder, name, bytes) {
  const digest = `${folder} ${createHash('sha256').update(bytes).digest('hex')}`;
  if (!known.has(digest)) {
    known.set(digest, `${folder}/${name}`);
    writeFileSync(join(target, folder, name), bytes);
  }
  return known.get(digest);
}

const stem = (path) => basename(path).replace(/\.[a-z]+$/, '');
const seen = new Set();
const cases = [];
for (const entry of JSON.parse(read('real-quotes.json'))) {
  const quote = keep('quotes', `${stem(entry.quote)}.dat`, quoteBytes(entry.quote));
  const name = stem(entry.collateral)
    .replace(`combo-${stem(entry.quote)}.`, '')
    .replace(/_+$/, '');
  const collateral = keep('collateral', `${name}.json`, read(entry.collateral));
  const id = `${quote} ${collateral} ${entry.now}`;
  if (seen.has(id)) continue;
  seen.add(id);
  cases.push({ ...entry, quote, collateral });
}
for (const name of ['sgx-v3-00a0.dat', 'trustee-tdx_quote_6.dat', 'gotdx-report.dat'])
  keep('quotes', name, read(`quotes/${name}`));
keep('intel-sample', 'quote.dat', read('intel-sample-tdx/quote.dat'));
keep('intel-sample', 'collateral.json', read('intel-sample-tdx/collateral.dcap-qvl-format.json'));
keep('intel-sample', 'root.pem', read('intel-sample-tdx/trustedRootCaCert.pem'));
writeFileSync(
  join(target, 'cases.json'),
  `[\n${cases.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`,
);
process.stdout.write(`${cases.length} cases, ${known.size} files\n`);
