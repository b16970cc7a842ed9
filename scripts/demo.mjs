// npm run demo: installs and builds if needed, then starts the whole network on this machine.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, root } from './prepare.mjs';

await build();
const main = join(root, 'examples', '06-whole-network', 'main.mjs');
const child = spawn(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
// The network ends itself; signals are passed on so that it can.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
