// Where do two verifiers written apart from each other judge differently, and which rule of ours explains each difference?
import { readFileSync } from 'node:fs';
import { QuoteVerifier } from '@phala/dcap-qvl';
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../internal/bytes.js';
import { prepareSimulated, quoteDefects, quoteVariants, simulatedRootDer } from '../testing/tdx/index.js';

/** What this library answers (rejects-defects, accepts-variants and real-quotes tests hold it to that), and the question. */
interface Question {
  readonly name: string;
  /** A TCB status, or a code of refusal. */
  readonly ours: string;
  readonly quote: Uint8Array;
  readonly collateral: unknown;
  readonly now: Date;
  readonly real: boolean;
}

const REFUSED = 'refused';

/**
 * Each rule says what this library does, with Intel's documentation as the source; two verifiers may draw the line elsewhere.
 * `codes`, `refuses`: refusals that follow from the rule, by code or name. `accepts`: names of what is accepted, or judged otherwise, because of it.
 */
const RULES: Readonly<
  Record<string, { why: string; codes?: readonly string[]; refuses?: RegExp; accepts?: RegExp }>
> = {
  'exact structure': {
    why: 'Vendor, sizes, types and nested lengths must agree; no byte inside the signature data is left over.',
    codes: ['QUOTE', 'VENDOR', 'BODY_SIZE', 'CERT_DATA_TYPE'],
  },
  'one role for each certificate': {
    why: 'Chains have Intel’s shape, names, constraints and key usage, in strict DER and PEM, below the exact pinned root.',
    codes: ['PCK_CHAIN', 'UNTRUSTED_ROOT', 'COLLATERAL_SIGNER'],
  },
  'revocation lists are evidence': {
    why: 'Both lists are required, strict DER, of their issuer, signed by it and in their window.',
    codes: ['CRL_MISSING', 'CRL_FORMAT', 'CRL_ISSUER', 'CRL_SIG', 'CRL_EXPIRED', 'CRL_NOT_YET_VALID'],
  },
  'one reading of JSON': {
    why: 'Duplicate keys, inherited fields, texts beyond the limits and digits that are not hex are refused.',
    codes: ['COLLATERAL_FORMAT'],
  },
  'typed documents': {
    why: 'Ids, versions, existing times, 16 + 16 components and statuses by kind; two equal levels are ambiguous.',
    codes: ['TCB_INFO', 'QE_IDENTITY'],
  },
  'the PCE of the document': {
    why: 'TCB info counts for one PCEID, as it does for one FMSPC.',
    codes: ['PCEID_MISMATCH'],
  },
  'all 64 bytes of the binding': {
    why: 'The second half of the quoting enclave’s REPORTDATA is zero.',
    codes: ['QE_BINDING'],
  },
  'the TDX module is judged': {
    why: 'Signer and attributes of the module are those of its identity, whose level joins the status.',
    codes: ['TDX_MODULE'],
    accepts: /^an outdated module$/,
  },
  'the TDX module that runs now counts': {
    why: 'A TD 1.5 body is judged at launch and now.',
    refuses: /^TDX module now: /,
    accepts: /^a TD that has to be relaunched|^a module that is outdated now$/,
  },
  'the relying party decides': {
    why: 'Status, age, evaluation number, advisories, measurements, report data and machine are judged against a policy.',
    codes: [
      'XFAM',
      'TCB_STATUS',
      'TCB_EVAL_NUMBER',
      'COLLATERAL_AGE',
      'TCB_ADVISORY',
      'MEASUREMENT',
      'REPORT_DATA',
      'MACHINE',
    ],
    accepts: / on request$/,
  },
  'lengths are read': {
    why: 'Authentication data has the length it declares, an INTEGER the bytes it needs.',
    accepts: /authentication data|^versions at their limits$/,
  },
  'body type 4': { why: 'The extended TD 1.5 body is read.', accepts: /extended TD 1\.5 body/ },
  'levels are sorted': {
    why: 'The highest level that is reached counts, whatever the order of the document.',
    accepts: /^levels in another order$/,
  },
  'components 0 and 1 belong to the module': {
    why: 'From major version 1 on, these two of TEE_TCB_SVN are compared with the levels of the module only.',
    accepts: /^components 0 and 1 above the TD|gcp-cos113-quote/,
  },
  'configuration stays visible': {
    why: 'An outdated part makes ConfigurationNeeded into OutOfDateConfigurationNeeded.',
    accepts: /^(configuration|both) with an outdated quoting enclave$/,
  },
};

function* questions(): Generator<Question> {
  for (const { name, status, scenario } of quoteVariants())
    yield { name, ours: status, real: false, ...prepareSimulated(scenario) };
  for (const { name, code, scenario } of quoteDefects())
    yield { name, ours: code, real: false, ...prepareSimulated(scenario) };
  const folder = new URL('../../spec/vectors/quotes/', import.meta.url);
  const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, folder)));
  for (const entry of JSON.parse(fromUtf8(read('cases.json')))) {
    yield {
      name: `${entry.quote} with ${entry.collateral}`,
      ours: entry.status ?? `ATTESTATION_${entry.code}`,
      quote: read(entry.quote),
      collateral: read(entry.collateral),
      now: new Date(entry.now * 1000),
      real: true,
    };
  }
}

function theirs({ quote, collateral, now, real }: Question): string {
  const verifier = real
    ? QuoteVerifier.newProd()
    : QuoteVerifier.newWithRootCa(Buffer.from(simulatedRootDer()));
  try {
    const text = collateral instanceof Uint8Array ? fromUtf8(collateral) : collateral;
    const documents = typeof text === 'string' ? JSON.parse(text) : text;
    return verifier.verify(Buffer.from(quote), documents, now.getTime() / 1000).status;
  } catch {
    return REFUSED;
  }
}

function ruleFor(name: string, ours: string): string | undefined {
  const refused = ours.startsWith('ATTESTATION_') ? ours.slice('ATTESTATION_'.length) : undefined;
  return Object.entries(RULES).find(([, { codes, refuses, accepts }]) =>
    refused === undefined
      ? accepts?.test(name) === true
      : codes?.includes(refused) === true || refuses?.test(name) === true,
  )?.[0];
}

describe('next to @phala/dcap-qvl 0.3.9', () => {
  it('agrees, or one named rule explains the difference', () => {
    const unexplained: string[] = [];
    const explained = new Map<string, number>();
    let agreed = 0;
    for (const question of questions()) {
      const ours = question.ours.startsWith('ATTESTATION_') ? REFUSED : question.ours;
      const other = theirs(question);
      const rule = ruleFor(question.name, question.ours);
      if (other === ours) agreed++;
      else if (rule === undefined) unexplained.push(`${question.name}: ${question.ours}, ${other}`);
      else explained.set(rule, (explained.get(rule) ?? 0) + 1);
    }
    expect(unexplained).toEqual([]);
    // A rule that explains nothing any more is out of date.
    expect([...explained.keys()].sort()).toEqual(Object.keys(RULES).sort());
    expect(agreed).toBeGreaterThan(200);
  });
});
