// Does fetched collateral verify a real quote, and does each way a service can fail say what to do?
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PcsFault, type PcsServer, startPcs } from '../../test/support/pcs-server.js';
import { PCS_FMSPC, PCS_NOW, PCS_QUOTE, readVector, realAnswers } from '../../test/support/pcs-vectors.js';
import { packStaple, parseCollateral, verifyQuote } from '../attestation/index.js';
import { createSimulatedTdx } from '../testing/tdx/index.js';
import { type FetchCollateralOptions, fetchCollateral, quotePlatform } from './index.js';

let server: PcsServer;
beforeEach(async () => {
  server = await startPcs(realAnswers());
});
afterEach(() => server.stop());

const wanted = (more: Partial<FetchCollateralOptions> = {}): FetchCollateralOptions => ({
  ...quotePlatform(PCS_QUOTE),
  baseUrl: server.url,
  rootCrlUrl: `${server.url}/IntelSGXRootCA.der`,
  // So that waits between tries are short; the server decides how many there are.
  jitter: () => -0.99,
  ...more,
});
const verify = (collateral: Awaited<ReturnType<typeof fetchCollateral>>) =>
  verifyQuote(PCS_QUOTE, {
    collateral,
    now: PCS_NOW,
    policy: { measurements: 'any', reportData: 'any' },
  });
/** `when` counts requests for one path, from 1. */
const failing = (path: string, answer: (count: number) => PcsFault | undefined): PcsFault => {
  let count = 0;
  return (request, response) => {
    if (request.url?.startsWith(path) !== true) return false;
    return answer(++count)?.(request, response) ?? false;
  };
};
const status =
  (code: number, headers: Record<string, string> = {}): PcsFault =>
  (_, response) => {
    response.writeHead(code, headers).end('no');
    return true;
  };
const TCB = '/tdx/certification/v4/tcb';

describe('the platform of a quote', () => {
  it('accepts: real quotes and simulated ones, below either CA', () => {
    expect(quotePlatform(PCS_QUOTE)).toEqual({ fmspc: PCS_FMSPC, ca: 'platform' });
    const now = new Date();
    const simulated = createSimulatedTdx({ now, pckCa: 'processor' }).quote();
    expect(quotePlatform(simulated)).toEqual({ fmspc: '5a5a5a000000', ca: 'processor' });
  });

  it('rejects: what is no TDX quote, and a chain of other certificates', () => {
    const thrown = (code: string) => expect.objectContaining({ code: `ATTESTATION_${code}` });
    expect(() => quotePlatform(new Uint8Array(9))).toThrow(thrown('QUOTE'));
    expect(() => quotePlatform(readVector('quotes/sgx-v3-00a0.dat'))).toThrow(thrown('QUOTE_VERSION'));
    const tdx = createSimulatedTdx({ now: new Date(), faults: { ca: { commonName: 'Another CA' } } });
    expect(() => quotePlatform(tdx.quote())).toThrow(thrown('PCK_CHAIN'));
    const noExtension = createSimulatedTdx({ now: new Date(), faults: { pck: { sgx: undefined } } });
    expect(() => quotePlatform(noExtension.quote())).toThrow(thrown('PCK_CHAIN'));
  });
});

describe('fetching collateral', () => {
  it('accepts: Intel’s service', async () => {
    const collateral = await fetchCollateral(wanted());
    await expect(verify(collateral)).resolves.toMatchObject({ tcb: { status: 'UpToDate' } });
    await expect(verify(parseCollateral(packStaple(collateral)))).resolves.toBeDefined();
    expect(server.requests.sort()).toEqual([
      '/IntelSGXRootCA.der',
      '/sgx/certification/v4/pckcrl?ca=platform&encoding=der',
      '/tdx/certification/v4/qe/identity',
      '/tdx/certification/v4/tcb?fmspc=00806F050000',
    ]);
  });

  it('accepts: a PCCS, by its origin or as QCNL writes it', async () => {
    await server.stop();
    server = await startPcs(realAnswers(), 'pccs');
    for (const baseUrl of [server.url, `${server.url}/`, `${server.url}/sgx/certification/v4/`]) {
      await expect(
        verify(await fetchCollateral(wanted({ baseUrl, rootCrlUrl: undefined }))),
      ).resolves.toBeDefined();
    }
    expect(server.requests).toContain('/sgx/certification/v4/rootcacrl');
  });

  it('asks Intel’s hosts by default, and for early or numbered documents when told so', async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      const { href, pathname, search } = new URL(input instanceof Request ? input.url : String(input));
      asked.push(href);
      return globalThis.fetch(`${server.url}${pathname}${search}`);
    };
    const { fmspc, ca } = quotePlatform(PCS_QUOTE);
    await fetchCollateral({ fmspc, ca, fetch, update: 'early' });
    expect(asked.sort()).toEqual([
      'https://api.trustedservices.intel.com/sgx/certification/v4/pckcrl?ca=platform&encoding=der',
      'https://api.trustedservices.intel.com/tdx/certification/v4/qe/identity?update=early',
      'https://api.trustedservices.intel.com/tdx/certification/v4/tcb?fmspc=00806F050000&update=early',
      'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der',
    ]);
    await fetchCollateral(wanted({ tcbEvaluationDataNumber: 17 }));
    expect(server.requests).toContain('/tdx/certification/v4/qe/identity?tcbEvaluationDataNumber=17');
  });

  it('accepts: an answer after 503, 429 with Retry-After and a broken connection', async () => {
    const tries: (PcsFault | undefined)[] = [
      status(503),
      status(429, { 'Retry-After': '0' }),
      (request) => {
        request.socket.destroy();
        return true;
      },
    ];
    server.fault = failing(TCB, (count) => tries[count - 1]);
    await expect(verify(await fetchCollateral(wanted()))).resolves.toBeDefined();
    expect(server.requests.filter((path) => path.startsWith(TCB))).toHaveLength(4);
  });

  it('waits as long as Retry-After says, though its backoff would ask again at once', async () => {
    server.fault = failing(TCB, (count) => (count === 1 ? status(429, { 'Retry-After': '20' }) : undefined));
    await expect(fetchCollateral(wanted({ totalTimeoutMs: 500 }))).rejects.toMatchObject({
      code: 'COLLATERAL_UNAVAILABLE',
    });
    expect(server.requests.filter((path) => path.startsWith(TCB))).toHaveLength(1);
  });

  const HANG: PcsFault = () => true;
  const stalled: PcsFault = (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('{');
    return true;
  };
  const REJECTED: Record<
    string,
    readonly [code: string, path: string, PcsFault, Partial<FetchCollateralOptions>?]
  > = {
    'an unknown FMSPC': ['COLLATERAL_UNKNOWN_PLATFORM', TCB, status(404)],
    'another document missing': ['COLLATERAL_REFUSED', '/tdx/certification/v4/qe', status(404)],
    'a withdrawn number': ['COLLATERAL_WITHDRAWN', TCB, status(410), { tcbEvaluationDataNumber: 3 }],
    'a refusal': ['COLLATERAL_REFUSED', '/sgx/certification/v4/pckcrl', status(401)],
    'a service that fails each time': ['COLLATERAL_UNAVAILABLE', TCB, status(500), { retries: 2 }],
    'a service that stays busy': ['COLLATERAL_UNAVAILABLE', TCB, status(429, { 'Retry-After': '0' })],
    'a service that never answers': ['COLLATERAL_UNAVAILABLE', TCB, HANG, { timeoutMs: 50, retries: 1 }],
    'a body that never ends': ['COLLATERAL_UNAVAILABLE', TCB, stalled, { totalTimeoutMs: 300 }],
    'an answer beyond the limit': [
      'COLLATERAL_TOO_LARGE',
      '/IntelSGXRootCA.der',
      (_, response) => {
        response.end(Buffer.alloc(20_001));
        return true;
      },
      { maxBytes: 20_000 },
    ],
    'a redirect': ['COLLATERAL_UNAVAILABLE', TCB, status(302, { Location: '/elsewhere' }), { retries: 0 }],
    'a page instead of a document': [
      'ATTESTATION_COLLATERAL_FORMAT',
      TCB,
      (_, response) => {
        response.setHeader('TCB-Info-Issuer-Chain', 'x').end('<html>');
        return true;
      },
    ],
    'an empty list': [
      'ATTESTATION_CRL_MISSING',
      '/sgx/certification/v4/pckcrl',
      (_, response) => {
        response.end();
        return true;
      },
    ],
  };
  for (const [name, [code, path, fault, options]] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, async () => {
      server.fault = failing(path, () => fault);
      const failure: unknown = await fetchCollateral(wanted(options)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code, remedy: expect.stringMatching(/\w{4}/) });
      expect(server.requests.filter((asked) => asked.startsWith('/elsewhere'))).toEqual([]);
    });
  }

  it('rejects: a service that is not there', async () => {
    // No service has port 2, and no system gives it to anybody who asks for a free one.
    const nobody = { baseUrl: 'http://127.0.0.1:2', rootCrlUrl: undefined, retries: 0 };
    await expect(fetchCollateral(wanted(nobody))).rejects.toMatchObject({
      kind: 'network',
      code: 'COLLATERAL_UNAVAILABLE',
    });
  });

  it('rejects: a caller that stops waiting', async () => {
    const stop = new AbortController();
    server.fault = (request) => {
      if (request.url?.startsWith(TCB) === true) stop.abort();
      return true;
    };
    await expect(fetchCollateral(wanted({ signal: stop.signal }))).rejects.toMatchObject({
      kind: 'aborted',
      code: 'ABORTED',
    });
  });

  const UNUSABLE: Record<string, Partial<FetchCollateralOptions>> = {
    'an FMSPC of another length': { fmspc: '00806f' },
    'an FMSPC that would change the query': { fmspc: '0080&ca=root' },
    'an address of another kind': { baseUrl: 'file:///etc/passwd' },
    'an address with a password': { baseUrl: 'https://user:secret@pccs.example' },
    'both update and number': { update: 'standard', tcbEvaluationDataNumber: 17 },
    'a number that is none': { tcbEvaluationDataNumber: 0 },
  };
  for (const [name, options] of Object.entries(UNUSABLE)) {
    it(`rejects: ${name}`, async () => {
      const failure: unknown = await fetchCollateral(wanted(options)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind: 'config', code: 'CONFIG_INVALID' });
      expect(String(failure)).not.toContain('secret');
      expect(server.requests).toEqual([]);
    });
  }
});
