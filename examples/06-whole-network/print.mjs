// What the demo prints, in one place.

export function title(text) {
  process.stdout.write(`\n${text}\n${'─'.repeat(text.length)}\n`);
}

export function say(text) {
  process.stdout.write(`${text}\n`);
}

export function step(text) {
  process.stdout.write(`  • ${text}\n`);
}
