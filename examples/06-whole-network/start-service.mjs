// How is one service of the network started, and how does it end with us?
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const STOP_WAIT_MS = 5_000;
const START_WAIT_MS = 180_000;

/**
 * Starts a command that prints `{"event":"listening",…}` and resolves with that event.
 * `nodeArgs` are Node's own. Its log goes to `log(line)`; `stop()` asks it to end and kills it if it does not.
 */
export function startService(name, script, args, { log = () => {}, nodeArgs = [] } = {}) {
  const child = spawn(process.execPath, [...nodeArgs, script, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR },
  });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  createInterface({ input: child.stderr }).on('line', (line) => log(`${name}: ${line}`));

  const listening = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} did not start in time`)), START_WAIT_MS);
    ended.then((code) => reject(new Error(`${name} ended with ${code} before it served`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = parseEvent(line);
      if (event?.event !== 'listening') return log(`${name}: ${line}`);
      clearTimeout(late);
      resolve(event);
    });
  });

  return {
    name,
    pid: child.pid,
    listening,
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
      await ended;
      clearTimeout(kill);
    },
  };
}

function parseEvent(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
