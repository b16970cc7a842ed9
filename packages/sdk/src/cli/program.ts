// Which commands does `cocoonkit` have, and with which flags?
import { Command, Option } from 'commander';
import { BOOT_PROFILES } from '../attestation/measure/boot-profiles.js';
import { type ChatOptions, chatCommand } from './chat-command.js';
import { type CollateralOptions, fetchCollateralCommand } from './collateral-command.js';
import type { ConnectOptions } from './connect.js';
import { type MeasureOptions, measureCommand } from './measure-command.js';
import { addModelCommands } from './model-commands.js';
import { accountCommand, modelsCommand, statusCommand } from './network-commands.js';
import { type ReportOptions, reportVerifyCommand } from './report-commands.js';
import { type Output, runCommand } from './run-command.js';
import { type VerifyOptions, verifyCommand } from './verify-command.js';

export interface ProgramParts {
  output: Output;
  now: () => Date;
  /** Ends a running answer. */
  signal: AbortSignal;
  /** Called with the exit code of a command that ran. */
  exit: (code: number) => void;
}

export function createProgram(parts: ProgramParts): Command {
  const { output, exit } = parts;
  const program = new Command('cocoonkit')
    .description('Verify TDX machines and talk to them end to end encrypted.')
    .configureOutput({ writeOut: output.out, writeErr: output.note })
    .exitOverride();

  const judge = (json: boolean | undefined, work: () => Promise<number>) =>
    runCommand(work, output, json === true).then(exit);
  const run = (json: boolean | undefined, work: () => Promise<void>) =>
    judge(json, async () => {
      await work();
      return 0;
    });

  program
    .command('verify')
    .description('verify a TDX quote offline; exit 0 accepted, 1 rejected, 2 called wrongly')
    .argument('<quote>', 'file, or - for standard input: binary, hex, base64, or JSON with a "quote"')
    .requiredOption('--collateral <file>', 'Intel collateral of the machine')
    .option('--at <time>', 'judge at this time, Unix seconds or ISO 8601 (default: now)')
    .option('--anchor <der>', 'SIMULATED root certificate instead of Intel’s, DER or PEM')
    .option('--policy <file>', 'what to demand, JSON: measurements, reportData, tcbStatuses …')
    .option('--event-log <file>', 'boot log that must give the quoted registers, CCEL data or dstack JSON')
    .option('--json', 'print one JSON object')
    .action((quote: string, options: VerifyOptions) =>
      judge(options.json, () => verifyCommand(quote, options, parts)),
    );

  for (const what of ['report', 'receipt'] as const) {
    program
      .command(what)
      .description(
        what === 'report'
          ? 'check a saved report again, offline'
          : 'check the bill in a saved report, offline',
      )
      .command('verify')
      .description('verify quotes, keys and receipt again, as of the time they were saved')
      .argument('<file>', 'saved by --export or report.export(); - for standard input')
      .option('--anchor <der>', 'SIMULATED root certificate instead of Intel’s, DER or PEM')
      .option('--simulated', 'accept the published SIMULATED root (development only)')
      .option('--json', 'print one JSON object')
      .action((file: string, options: ReportOptions) =>
        run(options.json, () => reportVerifyCommand(what, file, options, parts)),
      );
  }

  program
    .command('collateral')
    .description('Intel collateral of a machine')
    .command('fetch')
    .description('fetch what a quote needs from Intel or a PCCS; without Intel’s key, without an account')
    .argument('<quote>', 'file: binary, hex, base64, or JSON with a "quote"')
    .requiredOption('--out <file>', 'where to write it')
    .option('--pccs <url>', 'a PCCS (default: Intel’s service)')
    .option('--root-crl <url>', 'where the root CRL is (default: Intel’s host, or the PCCS)')
    .addOption(new Option('--update <kind>', 'early has updates at once').choices(['standard', 'early']))
    .option('--number <n>', 'TCB evaluation data number, instead of --update')
    .addOption(
      new Option('--format <name>', 'staple is short; json is what dcap-qvl reads')
        .choices(['staple', 'json'])
        .default('staple'),
    )
    .option('--json', 'print one JSON object')
    .action((quote: string, options: CollateralOptions) =>
      run(options.json, () => fetchCollateralCommand(quote, options, parts)),
    );

  program
    .command('measure')
    .description('find the registers of an image, quote or boot log, and print the policy that accepts them')
    .option('--firmware <file>', 'TDX firmware (OVMF): computes MRTD')
    .option('--kernel <file>', 'kernel that the firmware starts (QEMU -kernel): computes RTMR1')
    .option('--append <text>', 'its command line: computes RTMR2, together with --initrd')
    .option('--initrd <file>')
    .option('--quote <file>', 'raw, hex or base64; what is computed must agree with it')
    .option('--event-log <file>', 'CCEL data or dstack JSON; beside a quote it must be of the same boot')
    .addOption(
      new Option('--page-order <order>', 'how the host adds firmware: page by page, or whole sections first')
        .choices(['page', 'section'])
        .default('page'),
    )
    .addOption(
      new Option('--boot-profile <name>', 'what the firmware measures around the kernel')
        .choices(Object.keys(BOOT_PROFILES))
        .default('ovmf'),
    )
    .addOption(
      new Option('--initrd-argument <where>', 'where the firmware adds initrd=initrd to the command line')
        .choices(['append', 'prepend', 'none'])
        .default('append'),
    )
    .option('--name <name>', 'name of the rule')
    .option('--json', 'print one JSON object with the basis of each register')
    .action((options: MeasureOptions) => run(options.json, () => measureCommand(options, parts)));

  addModelCommands(program, parts, run);

  network(program.command('chat'))
    .description('ask a model; the prompt is sealed to verified machines')
    .argument('[prompt...]')
    .requiredOption('--model <name>', 'see `cocoonkit models`')
    .option('--file <path>', 'a text to append to the prompt')
    .addOption(new Option('--task <task>', 'for extractive models').choices(['summarize', 'quote', 'search']))
    .option('--query <words>', 'what a search looks for')
    .option('--max-tokens <n>')
    .option('--timeout <ms>')
    .option('--report', 'print every check')
    .option('--export <file>', 'keep the report with its evidence, for `cocoonkit report verify`')
    .action((words: string[], options: ChatOptions) =>
      run(options.json, () => chatCommand(words, options, parts)),
    );

  network(program.command('models'))
    .description('list what the proxy offers')
    .action((options: ConnectOptions & { json?: boolean }) =>
      run(options.json, () => modelsCommand(options, parts)),
    );

  network(program.command('status'))
    .description('verify the proxy now and print every check')
    .option('--model <name>', 'verify workers of this model too')
    .option('--export <file>', 'keep the report with its evidence, for `cocoonkit report verify`')
    .action((options: ConnectOptions & { json?: boolean; model?: string }) =>
      run(options.json, () => statusCommand(options, parts)),
    );

  network(program.command('account'), false)
    .description('print the account id of a seed file, and its balance where a proxy is given')
    .option('--create', 'make the seed file first')
    .action(
      (options: Partial<ConnectOptions> & { accountSeedFile: string; create?: boolean; json?: boolean }) =>
        run(options.json, () => accountCommand(options, parts)),
    );
  return program;
}

function network(command: Command, required = true): Command {
  const flag = (flags: string, text: string) => new Option(flags, text).makeOptionMandatory(required);
  return command
    .addOption(flag('--proxy <url...>', 'base URL; several stand by for each other'))
    .addOption(flag('--registry <url|file>', 'signed registry snapshot'))
    .addOption(flag('--registry-key <hex>', 'the key that signs it, 64 hex digits'))
    .addOption(
      new Option('--account-seed-file <file>', '64 hex digits or 32 bytes').makeOptionMandatory(!required),
    )
    .option('--simulated', 'accept SIMULATED TDX machines (development only)')
    .addOption(new Option('--policy <name>').choices(['fast', 'balanced', 'strict']))
    .option('--json', 'print JSON');
}
