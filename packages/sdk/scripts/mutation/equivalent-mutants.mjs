// Which checks are defence in depth: no input can tell whether they are there, because something else refuses it too?

const UNDEFINED =
  'Only for the compiler: the length is checked in the same condition, so the element exists.';

/** By file and the text of the check or of the part of its condition. `why` says what else refuses. */
export const EQUIVALENT = [
  {
    file: 'format/json.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a source file.
    text: "expectFormat(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is no object`)",
    why: 'Reading a member of null, a text or a list fails as well, with the same code.',
  },
  { file: 'format/json.ts', text: "typeof value === 'object' && value !== null", why: 'As above.' },
  { file: 'format/json.ts', text: "typeof value === 'object'", why: 'As above.' },
  { file: 'format/json.ts', text: 'value !== null', why: 'As above.' },
  { file: 'format/json.ts', text: '!Array.isArray(value)', why: 'As above: a list has no such member.' },
  {
    file: 'format/json.ts',
    text: "typeof value === 'number'",
    why: 'Only for the compiler: Number.isInteger.',
  },
  {
    file: 'format/json.ts',
    text: 'Array.isArray(value)',
    why: 'Anything else has no map method: the same code.',
  },
  {
    file: 'parse-tcb-level.ts',
    text: 'actual.length === value.length',
    why: 'Both have a size the two parsers fixed; it guards callers to come.',
  },
  { file: 'steps/check-pck-chain.ts', text: 'leafDer !== undefined', why: UNDEFINED },
  { file: 'steps/check-pck-chain.ts', text: 'caDer !== undefined', why: UNDEFINED },
  { file: 'steps/check-pck-chain.ts', text: 'rootDer !== undefined', why: UNDEFINED },
  {
    file: 'collateral/quote-platform.ts',
    text: 'leaf !== undefined',
    why: 'Only for the compiler: where there is a second certificate there is a first.',
  },
  {
    file: 'collateral/read-crl.ts',
    text: "typeof value !== 'string'",
    why: 'Only for the compiler: no character of a text equals a number.',
  },
  { file: 'steps/check-tcb-signer.ts', text: 'signerDer !== undefined', why: UNDEFINED },
  { file: 'steps/check-tcb-signer.ts', text: 'rootDer !== undefined', why: UNDEFINED },
  {
    file: 'claims-json.ts',
    text: "typeof text === 'string'",
    why: 'The JSON reader takes nothing but text either.',
  },
  {
    file: 'cache-memory.ts',
    text: 'cache',
    why: 'Only for the compiler: a map has nothing under undefined.',
  },
  ...["typeof value === 'object' && value !== null", "typeof value === 'object'", 'value !== null'].map(
    (text) => ({
      file: 'collateral/collateral.ts',
      text,
      why: 'Only for the compiler: the register holds objects, and has nothing else.',
    }),
  ),
  {
    file: 'verify-quote.ts',
    text: "check(documents !== undefined, 'COLLATERAL_FORMAT')",
    why: 'Only for the compiler: documents were issued just now or are known.',
  },
];
