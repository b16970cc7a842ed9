// Does evidence that ends too early fail with a typed error, wherever it ends?
import { describe, expect, it } from 'vitest';
import {
  collateral,
  DEEP,
  quote,
  refusal,
  SEED,
  seeded,
  UNUSED,
  verify,
} from '../../test/support/tampering.js';
import { parseCollateral } from './index.js';

const random = seeded(SEED);
/** Cuts at the boundaries of structures are among the deep ones; a random start makes each run try others. */
const STEP = DEEP ? 1 : 5;

describe(`truncation (COCOONKIT_SEED=${SEED})`, () => {
  it('rejects: a quote of any shorter length', async () => {
    for (let end = 0; end < quote.length; end++) {
      const code = await refusal(async () => verify(quote.slice(0, end)));
      expect(code, `cut at ${end}`).toBe('ATTESTATION_QUOTE');
    }
  });

  it('rejects: a member of the collateral of any shorter length', async () => {
    for (const [name, value] of Object.entries(collateral)) {
      if (name === UNUSED) continue;
      for (let end = random(STEP); end < value.length; end += STEP) {
        // PEM may end without its last line end.
        if (name.endsWith('chain') && end === value.length - 1) continue;
        const cut = { ...collateral, [name]: value.slice(0, end) };
        const code = await refusal(async () => verify(quote, cut));
        expect(code, `${name} cut at ${end}, COCOONKIT_SEED=${SEED}`).toBeDefined();
      }
    }
  });

  it('rejects: collateral as text or bytes of any shorter length', async () => {
    const text = JSON.stringify(collateral);
    const bytes = new TextEncoder().encode(text);
    const step = DEEP ? 1 : 50;
    for (let end = random(step); end < text.length; end += step) {
      for (const cut of [text.slice(0, end), bytes.slice(0, end)]) {
        const code = await refusal(async () => parseCollateral(cut));
        expect(code, `cut at ${end}, COCOONKIT_SEED=${SEED}`).toBe('ATTESTATION_COLLATERAL_FORMAT');
      }
    }
  });
});
