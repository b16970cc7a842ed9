// What does the crashing bot answer? Each message of an answer bears a mark that is nowhere else.

/** As many messages as the question's first character says. */
export function answerTo(question: string): string {
  return marksOf(question)
    .map((mark) => `${mark} ${'word '.repeat(600)}end.`)
    .join('\n\n');
}

export function marksOf(question: string): string[] {
  return Array.from({ length: Number(question[0]) }, (_, index) => `MARK-${question}-${index + 1};`);
}
