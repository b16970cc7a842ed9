// npm run example:bot: installs and builds if needed, then plays a conversation with the example bot against an emulated Telegram.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, root } from './prepare.mjs';

await build();
const play = join(root, 'examples', '05-telegram-bot', 'play.mjs');
const child = spawn(process.execPath, [play, ...process.argv.slice(2)], { stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 1));
