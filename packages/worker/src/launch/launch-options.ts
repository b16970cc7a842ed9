// What should the trust domain consist of? Every value checked before it reaches a command line.
import { z } from 'zod';
import { workerError } from '../worker-error.js';

const MAX_GPUS = 8;

// Control characters have no place in a command line that a person is going to read and run.
const clean = z.string().regex(/^[^\p{Cc}]+$/u, 'must be plain text');
const path = clean.max(4_096, 'is too long').regex(/^\//, 'must be an absolute path');
const whole = (least: number, most: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${least} to ${most}` })
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const options = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens')
    .default('cocoon-worker'),
  firmware: path,
  kernel: path,
  initrd: path.optional(),
  append: clean.max(2_048, 'is longer than a kernel command line').default('console=hvc0'),
  /** Raw image, attached read-only. */
  disk: path.optional(),
  memoryGib: whole(1, 8_192).default(32),
  cpus: whole(1, 512).default(8),
  /** PCI addresses on the host. */
  gpu: z
    .array(z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/, 'must look like 0000:17:00.0'))
    .max(MAX_GPUS, `names more than ${MAX_GPUS}`)
    .default([]),
  quoteSocket: z
    .string()
    .regex(/^(?:vsock:\d{1,10}:\d{1,10}|unix:\/[^\p{Cc}]+)$/u, 'must be vsock:CID:PORT or unix:/path')
    .default('vsock:2:4050'),
  /** SHA-384 the launcher binds to the domain; part of the measured identity. */
  configId: z
    .string()
    .regex(/^[0-9a-fA-F]{96}$/, 'must be 96 hex digits')
    .optional(),
});

export type LaunchOptions = z.output<typeof options>;

/** @throws CocoonError `LAUNCH_INVALID`; its message names every problem. */
export function readLaunchOptions(value: Readonly<Record<string, unknown>>): LaunchOptions {
  const result = options.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path: [name], message, code }) => {
    const flag = String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `--${flag} ${code === 'invalid_type' ? 'is needed' : message}`;
  });
  throw workerError({
    code: 'LAUNCH_INVALID',
    message: `The launch cannot be planned: ${[...new Set(problems)].join('; ')}.`,
    remedy: 'Run cocoonkit-worker launch --help for what each option means.',
  });
}
