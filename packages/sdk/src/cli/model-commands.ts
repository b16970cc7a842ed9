// Which commands do owners of private models have, and with which flags?
import type { Command } from 'commander';
import { modelInspectCommand } from './model-inspect-command.js';
import { type ModelReleaseOptions, modelReleaseCommand } from './model-release-command.js';
import { type ModelSealOptions, modelSealCommand } from './model-seal-command.js';
import type { Output } from './run-command.js';

export function addModelCommands(
  program: Command,
  parts: { output: Output; now: () => Date; signal: AbortSignal },
  run: (json: boolean | undefined, work: () => Promise<void>) => Promise<void>,
): void {
  const model = program
    .command('model')
    .description('keep weights private: encrypt them, release their key to verified workers');

  model
    .command('seal')
    .description('encrypt a model file for workers; makes a new key')
    .argument('<file>', 'the weights, for example a GGUF file')
    .requiredOption('--out <file>', 'the encrypted file, which anybody may see')
    .requiredOption('--key-file <file>', 'where the key goes (mode 0600); never overwritten')
    .option('--name <name>', 'shown to whoever sees the file, at most 256 bytes')
    .option('--json', 'print one JSON object')
    .action((file: string, options: ModelSealOptions) =>
      run(options.json, () => modelSealCommand(file, options, parts)),
    );

  model
    .command('inspect')
    .description('tell the digest, name and size of an encrypted model, without its key')
    .argument('<file>', 'made by `cocoonkit model seal`')
    .option('--json', 'print one JSON object')
    .action((file: string, options: { json?: boolean }) =>
      run(options.json, () => modelInspectCommand(file, options, parts)),
    );

  model
    .command('release')
    .description('verify a waiting worker and give it, and no other machine, the key of a model')
    .argument('<file>', 'made by `cocoonkit model seal`')
    .requiredOption('--key-file <file>', 'its key')
    .requiredOption('--to <url|file>', 'the waiting worker, or the evidence it wrote (--model-request-file)')
    .requiredOption('--registry <url|file>', 'signed registry snapshot of the network')
    .requiredOption('--registry-key <hex>', 'the key that signs it, 64 hex digits')
    .option('--out <file>', 'where to write the release')
    .option('--deliver', 'hand it to the worker of --to')
    .option('--policy <file>', 'what to demand besides the registry, JSON: measurements, tcbStatuses …')
    .option('--require-gpu', 'refuse a worker whose GPUs did not answer for its keys')
    .option('--valid-for <seconds>', 'how long the release holds; never longer than the worker’s keys', '600')
    .option('--simulated', 'accept SIMULATED TDX machines (development only)')
    .option('--json', 'print one JSON object')
    .action((file: string, options: ModelReleaseOptions) =>
      run(options.json, () => modelReleaseCommand(file, options, { ...parts, fetch: globalThis.fetch })),
    );
}
