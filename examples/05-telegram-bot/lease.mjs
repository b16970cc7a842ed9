// A lease of thirty pages, written for this example. What it says is in one place only, so that answers can be checked.

const CLAUSES = {
  1: [
    'Lease of a flat',
    'between the owner, Mrs. Adler, and the tenant, Mr. Brandt.',
    'The flat is on the third floor of 12 Mill Lane.',
  ],
  3: [
    'Rent',
    'The rent is 940 euro a month and is due on the third day of the month.',
    'Rent that is late by more than ten days bears interest of five percent.',
  ],
  7: [
    'Deposit',
    'The tenant pays a deposit of 1880 euro before moving in.',
    'The deposit is returned within thirty days after the end of the lease.',
  ],
  12: [
    'Repairs',
    'The owner pays for repairs above 150 euro.',
    'The tenant reports damage within three days, or pays for what the delay made worse.',
  ],
  18: ['Pets', 'The tenant may keep a cat. A dog needs the written consent of the owner.'],
  24: [
    'End of the lease',
    'Either side may end the lease with three months of notice.',
    'The notice must be written and signed.',
  ],
  30: ['Signatures', 'Signed on the first of June by both sides.'],
};

/** Lines of each of the thirty pages. */
export const LEASE = Array.from({ length: 30 }, (_, index) => {
  const page = index + 1;
  return CLAUSES[page] ?? [`Annex ${page}`, 'Photograph.'];
});
