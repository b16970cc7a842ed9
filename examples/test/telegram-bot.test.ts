// Does the example bot hold its conversation, turn by turn, and end by itself?
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PLAY = fileURLToPath(new URL('../05-telegram-bot/play.mjs', import.meta.url));

it('plays twenty turns and draws the chat', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'example-bot-'));
  try {
    const html = join(folder, 'chat.html');
    const { stdout } = await promisify(execFile)(process.execPath, [PLAY, '--html', html]);
    expect(stdout).toContain('20 turns played');
    expect(stdout).toContain('SIMULATED TDX');
    expect(stdout).toContain(
      '“The deposit is returned within thirty days after the end of the lease.” (p. 7)',
    );
    expect(stdout).toContain('The document does not say.');
    const page = await readFile(html, 'utf8');
    expect(page).toContain('Lease.pdf');
    expect(page).not.toMatch(/<script|https?:\/\/[^"]*\.(?:js|css)/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
