// A port to leave and to come back to: the system gives it to nobody who asks for any free port.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Ports below this are for servers of the machine. */
const LOWEST = 1_024;

/** A free port below the range of ephemeral ports, of which every other server and connection of the tests has one. */
export async function quietPort(): Promise<number> {
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  const below = Number.parseInt(range, 10) - LOWEST;
  // Each process begins its search elsewhere.
  for (let i = 0; i < below; i++) {
    const port = LOWEST + ((process.pid * 31 + i) % below);
    if (await isFree(port)) return port;
  }
  return 0;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const listening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (listening) await new Promise((resolve) => server.close(resolve));
  return listening;
}
