// On which addresses does a process listen? As the kernel says, not as the process claims. Linux only.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';

export interface ListeningSocket {
  address: string;
  port: number;
}

export function readSockets(pid: number): ListeningSocket[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? ''];
      } catch {
        return []; // Closed meanwhile.
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
        if (state !== LISTEN || !own.has(inode)) return [];
        const [address = '', port = ''] = local.split(':');
        return [{ address: readable(address), port: Number.parseInt(port, 16) }];
      }),
  );
}

/** The kernel writes addresses as 32-bit words in the machine's own order of bytes. */
function readable(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  if (bytes.length === 4) return bytes.join('.');
  return bytes.equals(Buffer.from('00000000000000000000000000000001', 'hex')) ? '::1' : bytes.toString('hex');
}
