// A real HTTP server on loopback that answers like Intel's service or like a PCCS, or fails as either can.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one platform's documents are right now. Chains are PEM. */
export interface PcsAnswers {
  readonly tcbInfo: string;
  readonly tcbInfoChain: string;
  readonly qeIdentity: string;
  readonly qeIdentityChain: string;
  readonly pckCrl: Uint8Array;
  readonly pckCrlChain: string;
  readonly rootCrl: Uint8Array;
}

export type PcsFault = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface PcsServer {
  readonly url: string;
  /** Path and query of each request, in order of arrival. */
  readonly requests: string[];
  answers: PcsAnswers;
  /** Takes a request over when it returns true. */
  fault: PcsFault | undefined;
  stop(): Promise<void>;
}

/** `kind` decides spelling: header names, and whether lists are DER or hex. */
export async function startPcs(answers: PcsAnswers, kind: 'pcs' | 'pccs' = 'pcs'): Promise<PcsServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (running.fault?.(request, response) === true) return;
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const { answers: now } = running;
    const list = (der: Uint8Array) => (kind === 'pccs' ? Buffer.from(der).toString('hex') : Buffer.from(der));
    const tcbHeader = kind === 'pccs' ? 'SGX-TCB-Info-Issuer-Chain' : 'TCB-Info-Issuer-Chain';
    const routes: Record<string, () => void> = {
      '/tdx/certification/v4/tcb': () =>
        response.setHeader(tcbHeader, encodeURIComponent(now.tcbInfoChain)).end(now.tcbInfo),
      '/tdx/certification/v4/qe/identity': () =>
        response
          .setHeader('SGX-Enclave-Identity-Issuer-Chain', encodeURIComponent(now.qeIdentityChain))
          .end(now.qeIdentity),
      '/sgx/certification/v4/pckcrl': () =>
        response
          .setHeader('SGX-PCK-CRL-Issuer-Chain', encodeURIComponent(now.pckCrlChain))
          .end(list(now.pckCrl)),
      '/sgx/certification/v4/rootcacrl': () => response.end(list(now.rootCrl)),
      '/IntelSGXRootCA.der': () => response.end(Buffer.from(now.rootCrl)),
    };
    const route = routes[pathname];
    if (route === undefined) response.writeHead(404).end('Not found');
    else route();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const running: PcsServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    answers,
    fault: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return running;
}
