// How is a command written so that a shell runs exactly it?

/** POSIX quoting; one option and its value on each line. */
export function shellCommand(argv: readonly string[]): string {
  const lines: string[] = [];
  for (const argument of argv) {
    if (argument.startsWith('-') || lines.length === 0) lines.push(quote(argument));
    else lines.push(`${lines.pop() ?? ''} ${quote(argument)}`);
  }
  return `${lines.join(' \\\n  ')}\n`;
}

function quote(argument: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", "'\\''")}'`;
}
