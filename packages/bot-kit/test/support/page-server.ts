// A web server on loopback that answers as told, and remembers who asked.
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface PageServer {
  readonly port: number;
  readonly asked: IncomingMessage[];
  close(): Promise<void>;
}

export async function servePages(answer: RequestListener, tls = false): Promise<PageServer> {
  const asked: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(request);
    answer(request, response);
  };
  const server: Server = tls
    ? createTlsServer({ key: PAGES_EXAMPLE_KEY, cert: PAGES_EXAMPLE_CERTIFICATE }, listener)
    : createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  // Listening on an address and a port, never on a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** For tests only: signed by itself for the name pages.example, from 2020 to 2120. */
export const PAGES_EXAMPLE_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBbjCCAROgAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1wYWdlcy5l
eGFtcGxlMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYD
VQQDDA1wYWdlcy5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5oAR
9zVZI2g8Q9g8d0f1mE1kVLpVCe/Ck11vFkz0oXF3B455+4auJjaWzaNLKDPRv9t0
6WMbmVPCx4Bf9hlENqNMMEowGAYDVR0RBBEwD4INcGFnZXMuZXhhbXBsZTAPBgNV
HRMBAf8EBTADAQH/MB0GA1UdDgQWBBT/9NI92ClPcNgh/yGiAAU/OScIpTAKBggq
hkjOPQQDAgNJADBGAiEA/Xmib8+wDmj6bpaP7INByDThi9rBhlrjF/3qYron2rQC
IQC5OZYRkgQuldm389uUewdQ3GZvAJpWqM5YfNdslAA1dQ==
-----END CERTIFICATE-----`;

const PAGES_EXAMPLE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJ0VB70cVYPz+wJeY
bI2TPD7MTbCEaccNPBLpL+olHu+hRANCAATmgBH3NVkjaDxD2Dx3R/WYTWRUulUJ
78KTXW8WTPShcXcHjnn7hq4mNpbNo0soM9G/23TpYxuZU8LHgF/2GUQ2
-----END PRIVATE KEY-----`;
