// What must be there before anything runs? Dependencies and builds, made once. Imports nothing that has to be installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);

/** Runs a command in the repository; its output appears only if it fails (or with `show`). */
export function run(command, args, { show = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) return resolve(output);
      process.stderr.write(output);
      reject(new Error(`${command} ${args.join(' ')} ended with ${code}`));
    });
  });
}

/** Says what is going on, so that a silent minute does not look like a hang. */
async function step(text, task) {
  const started = Date.now();
  process.stderr.write(`${text} …\n`);
  await task();
  process.stderr.write(`${text}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function sources(folder) {
  const out = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) out.push(...sources(path));
    else if (!/\.test\.ts$/.test(entry.name)) out.push(path);
  }
  return out.sort();
}

function marker(name) {
  return join(root, 'node_modules', '.cocoonkit', name);
}

function isCurrent(name, digest) {
  return existsSync(marker(name)) && readFileSync(marker(name), 'utf8') === digest;
}

function record(name, digest) {
  mkdirSync(dirname(marker(name)), { recursive: true });
  writeFileSync(marker(name), digest);
}

/** Installs the locked dependencies, unless they are there already. */
export async function install() {
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`CocoonKit needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
  const digest = digestOf(['package-lock.json']);
  if (isCurrent('installed', digest)) return;
  await step('Installing dependencies (once)', () =>
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']),
  );
  record('installed', digest);
}

/** Builds all packages, unless the sources are unchanged since the last build. */
export async function build() {
  await install();
  const packages = readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'src')),
  );
  const files = packages.flatMap((name) => [
    ...sources(`packages/${name}/src`),
    `packages/${name}/package.json`,
  ]);
  const digest = digestOf(['package-lock.json', 'tsconfig.base.json', ...files]);
  const built = packages.every((name) => {
    const dist = join(root, 'packages', name, 'dist');
    return existsSync(dist) && statSync(dist).isDirectory();
  });
  if (built && isCurrent('built', digest)) return;
  await step('Building packages', () =>
    run('npx', ['turbo', 'run', 'build', '--output-logs=errors-only'], {
      env: { TURBO_TELEMETRY_DISABLED: '1' },
    }),
  );
  record('built', digest);
}
