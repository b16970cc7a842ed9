// What can be seen of a machine? Its files below one root, and the answers of two commands.
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const MAX_BYTES = 1024 * 1024;
const COMMAND_MS = 10_000;
const run = promisify(execFile);

/** Commands the checks ask; in a recorded tree their output is the file `commands/<name>`. */
const COMMANDS = {
  'qemu-version': ['qemu-system-x86_64', '--version'],
  'nvidia-conf-compute': ['nvidia-smi', 'conf-compute', '-f'],
} as const;
export type CommandName = keyof typeof COMMANDS;

export interface SystemView {
  /** The text of a file, or undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; none where there is no folder. */
  list(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** Last part of a link's target, for example a device's driver. */
  linkName(path: string): Promise<string | undefined>;
  /** What the command prints, or undefined where it cannot be run. */
  command(name: CommandName): Promise<string | undefined>;
}

/** This machine (`/`), or a copy of the interesting parts of another one. */
export function systemView(sysroot: string): SystemView {
  const at = (path: string) => join(sysroot, path);
  const read = async (path: string) => {
    try {
      return (await readFile(at(path))).subarray(0, MAX_BYTES).toString('utf8');
    } catch {
      return undefined;
    }
  };
  return {
    read,
    async list(path) {
      return (await readdir(at(path)).catch(() => [])).sort();
    },
    async exists(path) {
      return stat(at(path)).then(
        () => true,
        () => false,
      );
    },
    async linkName(path) {
      return readlink(at(path)).then(
        (target) => basename(target),
        () => undefined,
      );
    },
    async command(name) {
      if (sysroot !== '/') return read(`commands/${name}`);
      const [file, ...args] = COMMANDS[name];
      try {
        return (await run(file, args, { timeout: COMMAND_MS, maxBuffer: MAX_BYTES })).stdout;
      } catch {
        return undefined;
      }
    },
  };
}
