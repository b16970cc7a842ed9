// How does an owner give a model's key to one worker? Verified first, printed, then sealed to that machine alone (PROTOCOL.md §17.3).
import { writeFile } from 'node:fs/promises';
import { toHex } from '../internal/bytes.js';
import { SIMULATED_TDX } from '../report/simulated-label.js';
import { openSealedModel, type ReleasedKey, sealModelKey } from '../seal/model/index.js';
import { systemRandom } from '../seal/random.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { usage } from './read-input.js';
import { readModelKey, readSealedFile } from './read-sealed-file.js';
import type { Output } from './run-command.js';
import { verifyWaitingWorker, type WaitingWorkerOptions } from './verify-waiting-worker.js';
import { deliverRelease, isAddress } from './worker-evidence.js';
import { wrapText } from './wrap-text.js';

const MIN_SECONDS = 30;
const MAX_SECONDS = 86_400;

export interface ModelReleaseOptions extends WaitingWorkerOptions {
  keyFile: string;
  out?: string | undefined;
  deliver?: boolean | undefined;
  validFor: string;
  json?: boolean | undefined;
}

/**
 * @throws CocoonError the verifier's codes; `RELEASE_…`, `SEALED_MODEL_…`, `KEY_FILE_INVALID`; `RELEASE_NOWHERE`, `NUMBER_INVALID` for
 * flags
 */
export async function modelReleaseCommand(
  path: string,
  options: ModelReleaseOptions,
  parts: { output: Output; now: () => Date; signal: AbortSignal; fetch: typeof globalThis.fetch },
): Promise<void> {
  const { output, now } = parts;
  const lifeSeconds = readSeconds(options.validFor);
  checkTarget(options);
  const model = await readSealedFile(path);
  const key = await readModelKey(options.keyFile, output);
  try {
    // A key of another model is found here, not by the worker.
    await openSealedModel(model, key);
    if (options.simulated === true)
      output.note(`${SIMULATED_TDX}: the machine is not verified against real hardware.\n`);
    const machine = await verifyWaitingWorker(options, parts);
    const released = await sealModelKey({
      machine,
      key,
      modelDigest: model.digest,
      now: now(),
      lifeSeconds,
      random: systemRandom,
    });
    // Shown before anything leaves.
    if (options.json !== true) output.out(`${[...verifiedLines(machine), ''].join('\n')}\n`);
    if (options.out !== undefined)
      await writeFile(options.out, released.release, { flag: 'wx', mode: 0o644 });
    if (options.deliver === true) await deliverRelease(options.to, released.release, parts);
    output.out(
      options.json === true ? releaseJson(machine, released, options) : releaseText(released, options),
    );
  } finally {
    key.fill(0);
  }
}

function checkTarget({ to, out, deliver }: ModelReleaseOptions): void {
  if (out === undefined && deliver !== true)
    throw usage(
      'RELEASE_NOWHERE',
      'Neither --out nor --deliver says where the release goes.',
      'Pass one of them.',
    );
  if (deliver === true && !isAddress(to))
    throw usage('RELEASE_NOWHERE', '--deliver needs the worker’s address as --to.', 'Pass --out instead.');
}

function readSeconds(text: string): number {
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds;
  throw usage('NUMBER_INVALID', `--valid-for must be ${MIN_SECONDS} to ${MAX_SECONDS} seconds.`);
}

function verifiedLines(machine: VerifiedMachine): string[] {
  const { quote, manifest, digest, simulated, gpu } = machine;
  const { tcb, rule } = quote;
  const advisories = tcb.advisories.length === 0 ? '' : `, open advisories ${tcb.advisories.join(', ')}`;
  const head = simulated ? `${SIMULATED_TDX}, proves nothing about hardware: ` : '';
  return [
    ...wrapText(`${head}Verified: worker ${toHex(digest.subarray(0, 8))} waits for this model.`),
    '',
    ...[
      `runs code that the registry allows for workers: ${rule?.name ?? `rule ${(rule?.index ?? 0) + 1}`}, MRTD ${quote.measurements.mrtd}`,
      `TCB status ${tcb.status}${advisories}`,
      `keys made after block ${manifest.beacon.seqno} of ${manifest.beacon.kind} chain, which is known; they end at ${iso(machine.expiresAt)}`,
      `GPU: ${GPU_TEXTS[gpu]}`,
      `software it names: ${manifest.software?.replace(/\p{C}/gu, '?') ?? 'none'}`,
    ].flatMap((line) => wrapText(line, 2)),
  ];
}

const GPU_TEXTS = {
  none: 'nothing claimed',
  'attested-by-guest': 'the measured guest promises that it checked its GPUs',
  'evidence-verified': 'answered for these keys',
} as const;

function releaseText({ expires, release }: ReleasedKey, { out, deliver }: ModelReleaseOptions): string {
  return [
    `Released to this machine alone, until ${iso(expires)}.`,
    ...(out === undefined
      ? []
      : [`Wrote ${release.length} bytes to ${out}: not secret, of use to nobody else.`]),
    ...(deliver === true ? ['The worker says it took the key.'] : []),
    '',
  ].join('\n');
}

function releaseJson(
  machine: VerifiedMachine,
  { expires }: ReleasedKey,
  { out, deliver }: ModelReleaseOptions,
): string {
  const { digest, manifest, quote, simulated, gpu, expiresAt } = machine;
  return `${JSON.stringify({
    ...(simulated ? { label: SIMULATED_TDX } : {}),
    outcome: 'released',
    simulated,
    modelDigest: toHex(manifest.worker?.sealedModel ?? new Uint8Array(0)),
    worker: {
      digest: toHex(digest),
      rule: quote.rule,
      measurements: quote.measurements,
      tcb: { status: quote.tcb.status, advisories: quote.tcb.advisories },
      beacon: { kind: manifest.beacon.kind, seqno: String(manifest.beacon.seqno) },
      gpu,
      keysEnd: expiresAt,
    },
    expires,
    file: out,
    delivered: deliver === true,
  })}\n`;
}

const iso = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;
