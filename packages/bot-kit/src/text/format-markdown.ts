// How does a finished piece of Markdown look in a message?
import { createMarkdownWriter, type MarkdownOptions } from './create-markdown-writer.js';
import type { FormattedText } from './formatted-text.js';

/** Under the policy of `MarkdownWriter`. Never throws. */
export function formatMarkdown(text: string, options: MarkdownOptions = {}): FormattedText {
  const writer = createMarkdownWriter(options);
  writer.append(text);
  return writer.finish();
}
