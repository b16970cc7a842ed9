// The command `cocoonkit-worker doctor`: what this machine lacks for running a worker.
import type { Command } from 'commander';
import { diagnose } from './diagnose.js';
import { printDiagnosis } from './print-diagnosis.js';
import { systemView } from './system-view.js';

/** Exit code 0 when nothing is missing, 1 otherwise. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Says what this machine lacks for running a worker, and how to mend it. Changes nothing.')
    .option('--sysroot <dir>', 'look at a copy of another machine’s files instead', '/')
    .option('--host', 'judge as a host of trust domains (default: what the processor says)')
    .option('--guest', 'judge as a TD guest')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nA copied tree holds proc/, sys/, dev/ and, for programs that cannot be run there, their output as\ncommands/qemu-version (qemu-system-x86_64 --version) and commands/nvidia-conf-compute (nvidia-smi conf-compute -f).',
    )
    .action(async (options: { sysroot: string; host?: true; guest?: true; json?: true }) => {
      const place = options.guest === true ? 'guest' : options.host === true ? 'host' : undefined;
      const diagnosis = await diagnose(systemView(options.sysroot), place);
      process.stdout.write(
        options.json === true ? `${JSON.stringify(diagnosis)}\n` : printDiagnosis(diagnosis),
      );
      process.exitCode = diagnosis.ready ? 0 : 1;
    });
}
