// What vectors does the fake model make, and how can the answer be wrong?

/** @returns {object} */
export function embeddings(body, faults) {
  const texts = [body.input].flat();
  const dimensions = body.dimensions ?? 8;
  const data = texts.map((text, index) => {
    const vector = Array.from({ length: dimensions }, (_, at) => Math.fround(Math.sin(text.length + at)));
    const embedding =
      body.encoding_format === 'base64'
        ? Buffer.from(new Uint8Array(Float32Array.from(vector).buffer)).toString('base64')
        : vector;
    return { object: 'embedding', index, embedding };
  });
  if (faults.has('embed-missing')) data.pop();
  if (faults.has('embed-twice')) data[1] = { ...data[1], index: 0 };
  if (faults.has('embed-ragged')) data[0] = { ...data[0], embedding: [1] };
  if (faults.has('embed-text')) data[0] = { ...data[0], embedding: 'not a vector' };
  if (faults.has('embed-giant')) data[0] = { ...data[0], embedding: Array(600_000).fill(1) };
  // In any order: clients must go by the index.
  data.reverse();
  const tokens = texts.reduce((sum, text) => sum + text.split(' ').length + 2, 0);
  const usage = { prompt_tokens: faults.has('bloated-usage') ? 1_000_000 : tokens, total_tokens: tokens };
  return {
    object: 'list',
    model: body.model,
    data,
    ...(faults.has('no-usage') ? {} : { usage }),
  };
}
