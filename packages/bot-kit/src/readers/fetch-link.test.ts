// Are links opened only where they may lead, at the addresses that were checked, and within the limits?
import { gzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { PAGES_EXAMPLE_CERTIFICATE, type PageServer, servePages } from '../../test/support/page-server.js';
import { createManualClock } from '../testing/manual-clock.js';
import { type FetchLinkOptions, fetchLink } from './fetch-link.js';
import { isPublicAddress } from './link/public-address.js';

const HOST = 'pages.example';
const servers: PageServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...parameters: Parameters<typeof servePages>): Promise<PageServer> {
  const server = await servePages(...parameters);
  servers.push(server);
  return server;
}

/** Loopback stands for a public address; the names are only known here. */
function open(url: string, more: Partial<FetchLinkOptions> = {}): ReturnType<typeof fetchLink> {
  return fetchLink({
    url,
    allowHttp: true,
    ports: servers.map(({ port }) => port),
    resolve: async () => ['127.0.0.1'],
    dangerouslyAllowAddress: (address) => address === '127.0.0.1',
    ...more,
  });
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('fetching', () => {
  it('asks plainly, once, and without anything of the user', async () => {
    const { port, asked } = await serve((_, response) => {
      response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .setHeader('set-cookie', 'a=b')
        .end('<p>Hello');
    });
    const page = await open(`http://${HOST}:${port}/a?b=c#secret`);
    expect(text(page.bytes)).toBe('<p>Hello');
    expect(page.mime).toBe('text/html; charset=utf-8');
    expect(page.url).toBe(`http://${HOST}:${port}/a?b=c`);
    expect(asked.map(({ url }) => url)).toEqual(['/a?b=c']);
    expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(asked[0]?.headers.host).toBe(`${HOST}:${port}`);
  });

  it('follows redirects, without cookies, and unpacks', async () => {
    const { port, asked } = await serve((request, response) => {
      const at = Number(request.url?.slice(1));
      if (at < 3) response.writeHead(302, { location: `/${at + 1}`, 'set-cookie': 'a=b' }).end('not this');
      else
        response
          .writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' })
          .end(gzipSync(new TextEncoder().encode('packed')));
    });
    expect(text((await open(`http://${HOST}:${port}/0`)).bytes)).toBe('packed');
    expect(asked.every(({ headers }) => headers.cookie === undefined && headers.referer === undefined)).toBe(
      true,
    );
    await expect(open(`http://${HOST}:${port}/-1`)).rejects.toMatchObject({
      code: 'LINK_REDIRECTS',
      details: { most: 3 },
    });
  });

  it('speaks TLS with the name of the link, and with nobody else', async () => {
    const { port } = await serve((_, response) => void response.end('sealed'), true);
    const ca = PAGES_EXAMPLE_CERTIFICATE;
    expect(text((await open(`https://${HOST}:${port}/`, { ca, allowHttp: false })).bytes)).toBe('sealed');
    await expect(open(`https://${HOST}:${port}/`)).rejects.toMatchObject({
      kind: 'network',
      code: 'LINK_UNREACHABLE',
    });
    await expect(open(`https://other.example:${port}/`, { ca })).rejects.toMatchObject({
      code: 'LINK_UNREACHABLE',
    });
  });
});

describe('where a link may lead', () => {
  it.each([
    ['http://127.0.0.1/', 'LINK_PRIVATE_ADDRESS'],
    ['http://2130706433/', 'LINK_PRIVATE_ADDRESS'],
    ['http://0x7f.1/', 'LINK_PRIVATE_ADDRESS'],
    ['http://0177.0.0.1/', 'LINK_PRIVATE_ADDRESS'],
    ['http://127.1/', 'LINK_PRIVATE_ADDRESS'],
    ['http://1２7.0.0.1/', 'LINK_PRIVATE_ADDRESS'],
    ['http://169.254.169.254/latest/meta-data', 'LINK_PRIVATE_ADDRESS'],
    ['http://[::1]/', 'LINK_PRIVATE_ADDRESS'],
    ['http://[::]/', 'LINK_PRIVATE_ADDRESS'],
    ['http://[::ffff:127.0.0.1]/', 'LINK_PRIVATE_ADDRESS'],
    ['http://[::ffff:8.8.8.8]/', 'LINK_PRIVATE_ADDRESS'],
    ['http://[64:ff9b::7f00:1]/', 'LINK_PRIVATE_ADDRESS'],
    ['http://[2002:7f00:1::]/', 'LINK_PRIVATE_ADDRESS'],
    ['http://[fe80::1]/', 'LINK_PRIVATE_ADDRESS'],
    ['http://[fd00::1]/', 'LINK_PRIVATE_ADDRESS'],
    ['http://localhost/', 'LINK_PRIVATE_ADDRESS'],
    ['http://LOCALHOST./', 'LINK_PRIVATE_ADDRESS'],
    ['http://printer/', 'LINK_PRIVATE_ADDRESS'],
    ['http://db.internal/', 'LINK_PRIVATE_ADDRESS'],
    ['http://nas.local/', 'LINK_PRIVATE_ADDRESS'],
    ['ftp://pages.example/', 'LINK_NOT_ALLOWED'],
    ['file:///etc/passwd', 'LINK_NOT_ALLOWED'],
    ['javascript:alert(1)', 'LINK_NOT_ALLOWED'],
    ['http://name:word@pages.example/', 'LINK_NOT_ALLOWED'],
    ['http://pages.example:22/', 'LINK_NOT_ALLOWED'],
    ['pages.example', 'LINK_INVALID'],
    ['http://', 'LINK_INVALID'],
    ['http://a b/', 'LINK_INVALID'],
    [`http://pages.example/${'a'.repeat(2_000)}`, 'LINK_INVALID'],
  ])('rejects: %s', async (url, code) => {
    const resolve = async (): Promise<string[]> => {
      throw new Error('must not be asked');
    };
    const failed = await open(url, { resolve, dangerouslyAllowAddress: undefined }).catch(
      (cause: unknown) => cause,
    );
    expect(failed).toMatchObject({ code });
    const host = /^https?:\/\/([^/]+)/.exec(url)?.[1] ?? url;
    expect(JSON.stringify(failed)).not.toContain(host);
  });

  it('rejects: http, unless it is allowed', async () => {
    await expect(open('http://pages.example/', { allowHttp: false })).rejects.toMatchObject({
      code: 'LINK_NOT_ALLOWED',
      details: { reason: 'protocol' },
    });
  });

  it('rejects: a name with one private address among public ones, or with none', async () => {
    for (const address of [
      '10.0.0.7',
      '192.168.1.1',
      '100.64.0.1',
      '::1',
      'fe80::1%eth0',
      'not an address',
    ]) {
      const mixed = open('https://pages.example/', { resolve: async () => ['93.184.216.34', address] });
      await expect(mixed).rejects.toMatchObject({ code: 'LINK_PRIVATE_ADDRESS' });
    }
    await expect(open('https://pages.example/', { resolve: async () => [] })).rejects.toMatchObject({
      code: 'LINK_NOT_FOUND',
    });
    const unknown = open('https://pages.example/', {
      resolve: async () => Promise.reject(new Error('ENOTFOUND pages.example')),
    });
    await expect(unknown).rejects.toMatchObject({ code: 'LINK_NOT_FOUND' });
  });

  it('connects to the address it checked, and looks a name up anew for every hop', async () => {
    const { port, asked } = await serve(
      (_, response) => void response.writeHead(302, { location: '/inside' }).end(),
    );
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let lookUps = 0;
    const rebound = open(`http://${HOST}:${port}/`, { resolve: async () => answers[lookUps++] ?? [] });
    await expect(rebound).rejects.toMatchObject({ code: 'LINK_PRIVATE_ADDRESS' });
    expect(lookUps).toBe(2);
    expect(asked.map(({ url }) => url)).toEqual(['/']);
  });

  it.each([
    ['http://169.254.169.254/', 'LINK_PRIVATE_ADDRESS'],
    ['//localhost/', 'LINK_PRIVATE_ADDRESS'],
    ['file:///etc/passwd', 'LINK_NOT_ALLOWED'],
    ['http://pages.example:1/', 'LINK_NOT_ALLOWED'],
  ])('rejects: a redirect to %s', async (location, code) => {
    const { port } = await serve((_, response) => void response.writeHead(301, { location }).end());
    await expect(open(`http://${HOST}:${port}/`)).rejects.toMatchObject({ code });
  });
});

describe('limits', () => {
  it('rejects: more bytes than allowed, said before, found on the way, or packed', async () => {
    const { port } = await serve((request, response) => {
      // Nothing follows: whoever waits for it waits for ever.
      if (request.url === '/said') response.writeHead(200, { 'content-length': 2_000 }).flushHeaders();
      else if (request.url === '/packed') {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(new Uint8Array(1_000_000)));
      } else {
        response.writeHead(200);
        const write = (): void => {
          while (!response.destroyed && response.write('a'.repeat(500)));
          if (!response.destroyed) response.once('drain', write);
        };
        write();
      }
    });
    for (const path of ['said', 'endless', 'packed']) {
      const page = open(`http://${HOST}:${port}/${path}`, { limits: { maxBytes: 1_000 } });
      await expect(page).rejects.toMatchObject({ code: 'LINK_TOO_BIG', details: { most: 1_000 } });
    }
  });

  it('rejects: other types, other answers, broken ones', async () => {
    const { port } = await serve((request, response) => {
      if (request.url === '/image') response.writeHead(200, { 'content-type': 'image/png' }).end('x');
      else if (request.url === '/brotli') response.writeHead(200, { 'content-encoding': 'br' }).end('x');
      else if (request.url === '/cut')
        response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy());
      else if (request.url === '/bad')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
      else if (request.url === '/reset') request.socket.destroy();
      else response.writeHead(404).end('x');
    });
    const at = (path: string) => open(`http://${HOST}:${port}/${path}`);
    await expect(at('image')).rejects.toMatchObject({ code: 'LINK_TYPE', details: { reason: 'type' } });
    await expect(at('brotli')).rejects.toMatchObject({ code: 'LINK_TYPE', details: { reason: 'encoding' } });
    await expect(at('cut')).rejects.toMatchObject({ code: 'LINK_UNREACHABLE' });
    await expect(at('bad')).rejects.toMatchObject({ code: 'LINK_UNREACHABLE' });
    await expect(at('reset')).rejects.toMatchObject({ code: 'LINK_UNREACHABLE' });
    await expect(at('missing')).rejects.toMatchObject({ code: 'LINK_STATUS', details: { status: 404 } });
  });

  it('ends when time is up or the signal fires, and hangs up', async () => {
    const { port, asked } = await serve(() => undefined);
    const clock = createManualClock(0);
    const slow = open(`http://${HOST}:${port}/`, { clock }).catch((cause: unknown) => cause);
    await expect.poll(() => asked.length).toBe(1);
    await clock.advance(10_000);
    expect(await slow).toMatchObject({ code: 'LINK_TIMEOUT', details: { milliseconds: 10_000 } });
    await expect.poll(() => asked[0]?.socket.destroyed).toBe(true);
    const stop = new AbortController();
    const stopped = open(`http://${HOST}:${port}/`, { signal: stop.signal }).catch((cause: unknown) => cause);
    await expect.poll(() => asked.length).toBe(2);
    stop.abort();
    expect(await stopped).toMatchObject({ kind: 'aborted', code: 'ABORTED' });
    await expect(open('https://pages.example/', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    const silent = open('https://pages.example/', {
      clock: createInstantClock(),
      resolve: () => new Promise(() => undefined),
    });
    await expect(silent).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
  });
});

const createInstantClock = () => ({ now: () => 0, sleep: async () => undefined });

describe('addresses', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
  ])('public: %s', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    '0.0.0.0',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::808:808',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:808:808::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '2606:4700::1111%eth0',
    '',
    'localhost',
    '8.8.8',
    '1.2.3.4.5',
    '08.8.8.8',
  ])('not public: %s', (address) => expect(isPublicAddress(address)).toBe(false));
});
