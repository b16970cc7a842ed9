// How do programs on this machine find the demo's network? Each demo that stays leaves a small file with what a client needs.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Never under version control. COCOON_CONNECTIONS names another folder. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.cocoonkit/networks/', import.meta.url));
const folderOf = (env) => env.COCOON_CONNECTIONS ?? FOLDER;

/**
 * Leaves `{ proxy, registry, registryKey, grant, simulated }` for programs of the same user; the grant in it is a password.
 * Returns what takes it away again.
 */
export function offerConnection(connection, env = process.env) {
  const folder = folderOf(env);
  const file = join(folder, `${process.pid}.json`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // One of the same name is of a process that is gone; writing over it would keep its mode.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The connection of the demo that was started last and still runs; `undefined` when none does. */
export async function findConnection(env = process.env) {
  const folder = folderOf(env);
  const running = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    if (!Number.isSafeInteger(pid) || !isAlive(pid)) continue;
    const path = join(folder, name);
    const written = await stat(path).catch(() => undefined);
    if (written !== undefined) running.push({ path, at: written.mtimeMs });
  }
  running.sort((a, b) => b.at - a.at);
  const [newest] = running;
  return newest === undefined ? undefined : JSON.parse(await readFile(newest.path, 'utf8'));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
