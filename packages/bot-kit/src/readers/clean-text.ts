// Which characters of a document are text? Control characters and invisible ones would break page marks and quotations.

/** Never longer than its input. Line feeds and tabs stay; at most one empty line in a row. */
export function cleanText(raw: string): string {
  return (
    raw
      .replace(/\r\n?|[\u0085\u2028\u2029\f\v]/g, '\n')
      // Control characters, soft hyphens, zero-width spaces, direction marks, object marks.
      .replace(/[^\P{Cc}\n\t]|[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/gu, '')
      // Halves of surrogate pairs.
      .replace(/\p{Surrogate}/gu, '')
      .replace(/[^\S\n]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  );
}
