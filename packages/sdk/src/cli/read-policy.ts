// What does a policy file demand? QuotePolicy as JSON, with hex for bytes; what it leaves out is not checked.
import { checkPolicyShape, type QuotePolicy } from '../attestation/policy.js';
import { CocoonError } from '../errors.js';
import { fromHex } from '../internal/bytes.js';
import { readJson, usage } from './read-input.js';

/** @throws CocoonError `POLICY_INVALID`, and those of `readJson` */
export async function readPolicy(path: string | undefined): Promise<QuotePolicy> {
  const file = path === undefined ? {} : await readJson(path);
  const { measurements = 'any', reportData = 'any', ...rest } = file;
  if (
    reportData !== 'any' &&
    !(typeof reportData === 'string' && /^(0x)?[0-9a-fA-F]{128}$/.test(reportData))
  ) {
    throw invalid('reportData is neither 128 hex digits nor "any"');
  }
  const bytes = reportData === 'any' ? reportData : fromHex(reportData.replace(/^0x/, ''));
  // Decoding boundary: checkPolicyShape below judges every field.
  const policy = { ...rest, measurements, reportData: bytes } as unknown as QuotePolicy;
  try {
    checkPolicyShape(policy);
    checkPlainFields(policy);
  } catch (error) {
    const reason =
      error instanceof CocoonError ? error.message.replace(/^.*?: |\.$/g, '') : 'a field has another type';
    throw invalid(reason);
  }
  return policy;
}

/** Fields in which JSON can hold another type than the verifier expects. */
function checkPlainFields(policy: QuotePolicy): void {
  for (const key of ['allowDebug', 'requireSeptVeDisable', 'allowServiceTd'] as const) {
    if (policy[key] !== undefined && typeof policy[key] !== 'boolean')
      throw invalid(`${key} is not true or false`);
  }
  const lists: [string, unknown][] = [
    ['tcbStatuses', policy.tcbStatuses],
    ['mrSeam', policy.mrSeam],
    ['machines', policy.machines],
    ['advisories.deny', policy.advisories?.deny],
    ['advisories.accept', policy.advisories?.accept],
  ];
  for (const [name, list] of lists) {
    const fits =
      list === undefined || (Array.isArray(list) && list.every((item) => typeof item === 'string'));
    if (!fits) throw invalid(`${name} is not a list of texts`);
  }
}

function invalid(reason: string): CocoonError {
  return usage(
    'POLICY_INVALID',
    `The policy cannot be used: ${reason}.`,
    'The README lists the fields of a policy.',
  );
}
