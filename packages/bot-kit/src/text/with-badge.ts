// How does a file end? With the line about the machines, as the message would.

export function withBadge(text: string, badge: string): string {
  const body = text.trimEnd();
  return badge === '' ? `${body}\n` : `${body}\n\n---\n\n${badge}\n`;
}
