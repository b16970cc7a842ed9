// Which platform's collateral does a quote need?
import { attestationError, parseAs } from '../fail.js';
import { expectFormat } from '../format/cursor.js';
import { parseQuote } from '../parse-quote.js';
import { parseCertificate } from '../x509/parse-certificate.js';
import { parseSgxExtension } from '../x509/parse-sgx-extension.js';

/** What Intel's service asks for. Read from an unverified quote: good for fetching, proves nothing. */
export interface QuotePlatform {
  /** 12 lower-case hex digits: family, model, stepping and platform of the CPU. */
  readonly fmspc: string;
  /** Which CA issued the PCK certificate, and so which revocation list goes with it. */
  readonly ca: 'platform' | 'processor';
}

/**
 * Reads the platform from a quote's PCK certificate.
 * @throws CocoonError `ATTESTATION_QUOTE…` as `parseQuote`, `ATTESTATION_PCK_CHAIN`
 */
export function quotePlatform(quote: Uint8Array): QuotePlatform {
  const [leaf, ca] = parseQuote(quote).certificates;
  return parseAs('PCK_CHAIN', 'PCK chain', () => {
    expectFormat(leaf !== undefined && ca !== undefined, 'no leaf and CA');
    const { fmspc } = parseSgxExtension(parseCertificate(leaf).extensions);
    return { fmspc, ca: caKind(parseCertificate(ca).commonName) };
  });
}

function caKind(name: string): QuotePlatform['ca'] {
  if (name === 'Intel SGX PCK Platform CA') return 'platform';
  if (name === 'Intel SGX PCK Processor CA') return 'processor';
  throw attestationError('PCK_CHAIN', 'neither Platform nor Processor CA');
}
