// How does a test get the fake upstream as a process of its own, and look at what it did?
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the fake upstream did for one request. `payloads` are the exact SSE data payloads, `[DONE]` included. */
export interface SentRecord {
  id: string;
  status: number;
  /** The request body as received. */
  request: string;
  headers: Record<string, string>;
  payloads: string[];
  count: number;
  bytes: number;
  done: boolean;
  /** Sockets are full: it goes on when the client reads. */
  waiting: boolean;
  closed: boolean;
  /** The client closed the connection before the answer was complete. */
  cutByClient: boolean;
}

export interface UpstreamStats {
  requests: number;
  connections: number;
  openConnections: number;
}

export interface FakeUpstream {
  /** `http://127.0.0.1:PORT/v1` or `unix:/path.sock`. */
  url: string;
  pid: number;
  process: ChildProcess;
  sent(id: string): Promise<SentRecord>;
  stats(): Promise<UpstreamStats>;
  stop(): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('./upstream.mjs', import.meta.url));

/** Starts the server on a free port (or the given unix socket) and waits until it listens. */
export async function startUpstream(args: readonly string[] = []): Promise<FakeUpstream> {
  const child = spawn(process.execPath, [SCRIPT, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null) throw new Error('the fake upstream has no output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { url, pid }: { url: string; pid: number } = JSON.parse(String(line));
  return {
    url,
    pid,
    process: child,
    sent: (id) => getJson(url, `/_sent/${encodeURIComponent(id)}`),
    stats: () => getJson(url, '/_stats'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function getJson<T>(url: string, path: string): Promise<T> {
  const target = url.startsWith('unix:')
    ? { socketPath: url.slice('unix:'.length) }
    : { host: '127.0.0.1', port: new URL(url).port };
  const request = httpRequest({ ...target, path, agent: false }).end();
  const [response] = await once(request, 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return JSON.parse(text);
}
