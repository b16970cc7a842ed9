// What can an operator do when the kernel gives no quote?

const GENERAL =
  'Run inside a TDX guest with Linux 6.7 or later and configfs mounted, or use simulated quotes on a local network.';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT:
    'Mount configfs (mount -t configfs none /sys/kernel/config) and use Linux 6.7 or later with CONFIG_TSM_REPORTS.',
  ENXIO: 'Load the guest driver (modprobe tdx_guest); it works only inside a TDX guest.',
  ENODEV: 'Load the guest driver (modprobe tdx_guest); it works only inside a TDX guest.',
  EACCES: 'Run as root, or give this user the right to write /sys/kernel/config/tsm/report.',
  EPERM: 'Run as root, or give this user the right to write /sys/kernel/config/tsm/report.',
  EROFS: 'Mount /sys/kernel/config writable into this container.',
  EEXIST: 'Another process uses the same entry names; pass another name.',
  EBUSY: 'The machine serves other quotes; try again later.',
  EINTR: 'The wait for the quote was interrupted; try again.',
  EAGAIN: 'The machine serves other quotes; try again later.',
  EIO: 'Check the quote generation service (QGS) of the host: it refused or is not running.',
  ETIMEDOUT: 'Check the quote generation service (QGS) of the host: it did not answer.',
};

/** @param errno such as `EACCES`; absent where the kernel raised no error */
export function remedyFor(errno: string | undefined): string {
  return (errno === undefined ? undefined : REMEDIES[errno]) ?? GENERAL;
}

/** The system's error code of something thrown. */
export function errnoOf(error: unknown): string | undefined {
  const isSystem = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return isSystem && /^E[A-Z0-9]+$/.test(String(error.code)) ? String(error.code) : undefined;
}
