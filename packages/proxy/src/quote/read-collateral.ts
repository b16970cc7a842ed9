// What is in the operator's collateral file? Whatever form it has, evidence carries the short one.
import { readFile, stat } from 'node:fs/promises';
import { packStaple, parseCollateral } from '@cocoonkit/sdk/attestation';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { LIMITS } from '@cocoonkit/sdk/protocol';

/** @throws CocoonError `COLLATERAL_UNAVAILABLE` */
export async function readCollateral(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > LIMITS.collateralBytes) throw new TypeError('collateral above the limit');
    return packStaple(parseCollateral(new Uint8Array(await readFile(file))));
  } catch (cause) {
    throw new CocoonError({
      kind: 'config',
      code: 'COLLATERAL_UNAVAILABLE',
      message: 'The file with the machine’s collateral cannot be read.',
      remedy: 'Check --collateral: a file made by `cocoonkit collateral fetch`, refreshed before it expires.',
      cause,
    });
  }
}
