// The command `cocoonkit-worker launch`: how to start a trust domain. Prints, never runs.
import type { Command } from 'commander';
import { readLaunchOptions } from './launch-options.js';
import { planLaunch } from './plan-launch.js';
import { shellCommand } from './shell-command.js';
import { systemdUnit } from './systemd-unit.js';

const repeated = (value: string, before: readonly string[] = []): string[] => [...before, value];

export function addLaunchCommand(program: Command): void {
  program
    .command('launch')
    .description('Prints the QEMU 10.1 command, or a systemd unit, that starts a TD guest. Runs nothing.')
    .requiredOption('--print', 'print (the only thing it does)')
    .option('--systemd', 'print a systemd unit instead of a command')
    .option('--name <name>', 'name of the machine (default cocoon-worker)')
    .option('--firmware <file>', 'TDX firmware (OVMF built for TDX); measured into MRTD')
    .option('--kernel <file>', 'kernel; measured into RTMR1')
    .option('--initrd <file>', 'initial file system; measured into RTMR2')
    .option('--append <text>', 'kernel command line; measured into RTMR2')
    .option('--disk <file>', 'raw root image, attached read-only')
    .option('--memory-gib <n>', 'memory in GiB (default 32)')
    .option('--cpus <n>', 'processors (default 8)')
    .option(
      '--gpu <address>',
      'PCI address of a GPU to hand over, for example 0000:17:00.0; repeatable',
      repeated,
    )
    .option(
      '--quote-socket <where>',
      'quote generation service: vsock:CID:PORT or unix:/path (default vsock:2:4050)',
    )
    .option('--config-id <hex>', 'SHA-384 to bind as MRCONFIGID, 96 hex digits')
    .action((flags: Record<string, unknown>) => {
      const options = readLaunchOptions(flags);
      const argv = planLaunch(options);
      process.stdout.write(flags['systemd'] === true ? systemdUnit(options.name, argv) : shellCommand(argv));
    });
}
