// How does a sentence of a document stand in a Markdown answer without becoming formatting, a link or a heading?

/** On one line; every sign Markdown could act upon has a backslash before it. */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>~|]/g, '\\$&')
    .replace(/^([#+-]|\d+(?=[.)]))/, '\\$&')
    .replace(/^\\(\d+)/, '$1\\');
}
