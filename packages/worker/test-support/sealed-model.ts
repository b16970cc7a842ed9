// A model that its owner has sealed, and the owner who releases its key after verifying the worker.
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { SimulatedAnchor } from '@cocoonkit/sdk/attestation';
import { verifyMachine } from '@cocoonkit/sdk/attestation';
import { decodeEvidenceBundle, type SealedModelHeader } from '@cocoonkit/sdk/protocol';
import type { BeaconSource, Registry } from '@cocoonkit/sdk/registry';
import { createModelSealer, sealModelKey, type VerifiedMachine } from '@cocoonkit/sdk/seal';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export interface OwnedModel {
  key: Uint8Array;
  digest: Uint8Array;
  /** 64 hex digits. */
  digestHex: string;
  /** The sealed file and where each of its pieces begins. */
  bytes: Uint8Array;
  pieces: number[];
}

export async function sealPlain(
  plain: Uint8Array,
  options: { key?: Uint8Array; header?: Partial<SealedModelHeader> } = {},
): Promise<OwnedModel> {
  const key = options.key ?? random(32);
  const header: SealedModelHeader = {
    version: 1,
    salt: random(32),
    chunkBytes: 4_096,
    size: BigInt(plain.length),
    sha256: new Uint8Array(createHash('sha256').update(plain).digest()),
    ...options.header,
  };
  const sealer = await createModelSealer({ key, header });
  const parts = [sealer.prefix];
  const pieces: number[] = [];
  for (let at = 0, place = sealer.prefix.length; at < plain.length; at += header.chunkBytes) {
    const piece = await sealer.seal(plain.subarray(at, at + header.chunkBytes));
    pieces.push(place);
    place += piece.length;
    parts.push(piece);
  }
  sealer.end();
  const { digest } = sealer;
  return {
    key,
    digest,
    digestHex: Buffer.from(digest).toString('hex'),
    bytes: new Uint8Array(Buffer.concat(parts)),
    pieces,
  };
}

/** The owner's side, as the command does it. */
export interface Owner {
  verify(evidence: Uint8Array): Promise<VerifiedMachine>;
  release(
    evidence: Uint8Array,
    model: { key: Uint8Array; digest: Uint8Array },
    change?: { now?: Date; lifeSeconds?: number },
  ): Promise<Uint8Array>;
}

export function ownerOf(network: {
  registry: Registry;
  beacons: BeaconSource;
  anchor: SimulatedAnchor;
}): Owner {
  const verify = async (evidence: Uint8Array): Promise<VerifiedMachine> => {
    const { machines, collaterals } = decodeEvidenceBundle(evidence);
    const [machine] = machines;
    const [collateral] = collaterals;
    if (machine === undefined || collateral === undefined) throw new TypeError('empty bundle');
    const { registry, beacons, anchor } = network;
    return verifyMachine(
      { ...machine, collateral },
      { role: 'worker', registry, now: new Date(), anchor, beacons },
    );
  };
  return {
    verify,
    async release(evidence, { key, digest: modelDigest }, { now = new Date(), lifeSeconds = 600 } = {}) {
      const machine = await verify(evidence);
      return (await sealModelKey({ machine, key, modelDigest, now, lifeSeconds, random })).release;
    },
  };
}

/** Writes the sealed file, changed as asked. */
export async function writeSealed(
  path: string,
  model: OwnedModel,
  change?: (bytes: Uint8Array) => Uint8Array,
) {
  await writeFile(path, change === undefined ? model.bytes : change(model.bytes.slice()));
}
