// How does a worker come from a sealed file to weights it can load? Check, prove, wait, open; nothing is written anywhere but into memory.
import { AWAITING_MODEL, type WorkerClaims } from '@cocoonkit/sdk/protocol';
import { openSealedModel } from '@cocoonkit/sdk/seal';
import type { WorkerConfig } from '../config.js';
import type { Epoch } from '../make-epoch.js';
import { checkMemoryPlace } from './check-memory-place.js';
import { type DecryptedModel, decryptToMemory } from './decrypt-to-memory.js';
import { parseListenAddress } from './listen-address.js';
import { linuxMemory, type MemoryView } from './memory-view.js';
import { openReleaseFiles } from './release-files.js';
import { startReleaseServer } from './release-server.js';
import { openSealedFile } from './sealed-file.js';
import { type KeyDesk, type KeyDoor, type WaitForKeyOptions, waitForKey } from './wait-for-key.js';

export type ModelSettings = Pick<
  WorkerConfig,
  | 'owner'
  | 'model'
  | 'modelProof'
  | 'coefficient'
  | 'maxBody'
  | 'gpuAttested'
  | 'modelSealedFile'
  | 'modelDigest'
  | 'modelRequestFile'
  | 'modelReleaseFile'
  | 'modelReleaseListen'
  | 'modelMemory'
  | 'modelOnDisk'
>;

/** What is told when the waiting begins. */
export interface AwaitingModel {
  /** 64 hex digits. */
  digest: string;
  /** Where the owner's `cocoonkit model release --to` leads; absent with files alone. */
  url?: string | undefined;
}

export interface OpenPrivateModelOptions
  extends Pick<WaitForKeyOptions, 'clock' | 'jitter' | 'schedule' | 'log' | 'signal'> {
  timing: WaitForKeyOptions['timing'] & { releaseFileMs: number };
  /** Keys, manifest and quote for these claims. */
  makeEpoch: (claims: Omit<WorkerClaims, 'priceDigest'>) => Promise<Epoch>;
  onAwaiting?: ((awaiting: AwaitingModel) => void) | undefined;
  memory?: MemoryView | undefined;
}

export interface PrivateModel extends DecryptedModel {
  readonly digest: Uint8Array;
}

/** @throws CocoonError `SEALED_MODEL_…`, `MODEL_PLACE_NOT_MEMORY`, `MODEL_MEMORY_…`, `MODEL_LISTEN_FAILED`, `MODEL_REQUEST_UNWRITABLE`, … */
export async function openPrivateModel(
  settings: ModelSettings & { modelSealedFile: string; modelDigest: string },
  options: OpenPrivateModelOptions,
): Promise<PrivateModel> {
  const { log, timing } = options;
  const digest = new Uint8Array(Buffer.from(settings.modelDigest, 'hex'));
  const folder = settings.modelMemory;
  const place = { view: options.memory ?? linuxMemory, allowDisk: settings.modelOnDisk };
  const sealed = await openSealedFile(settings.modelSealedFile, digest);
  try {
    // Before anybody is asked for a key: later it would be of no use.
    await checkMemoryPlace(folder, Number(sealed.model.header.size), place);
    const key = await waitForKey({
      ...options,
      modelDigest: digest,
      makeEpoch: () => options.makeEpoch(waitingClaims(settings, digest)),
      tryKey: async (candidate) => void (await openSealedModel(sealed.model, candidate)),
      async open(desk, signal) {
        const url = await openServer(desk, settings, signal);
        const door = await openFiles(desk, settings, { everyMs: timing.releaseFileMs, signal });
        log.write({ event: 'awaiting-model', model: settings.model });
        options.onAwaiting?.({ digest: settings.modelDigest.toLowerCase(), url });
        return door;
      },
    });
    try {
      const decrypted = await decryptToMemory(sealed, { ...place, key, folder });
      log.write({ event: 'model-opened', bytes: Number(sealed.model.header.size) });
      return { ...decrypted, digest };
    } finally {
      key.fill(0);
    }
  } finally {
    await sealed.file.close();
  }
}

/** A machine that serves nothing: no feature of an engine, no context. */
function waitingClaims(settings: ModelSettings, digest: Uint8Array): Omit<WorkerClaims, 'priceDigest'> {
  return {
    owner: settings.owner,
    model: settings.model,
    modelProof: settings.modelProof,
    engine: 'none: waits for the key of its model',
    tokenizerDigest: new Uint8Array(32),
    coefficient: settings.coefficient,
    maxContext: 0,
    maxBodyBytes: settings.maxBody,
    features: [AWAITING_MODEL, ...(settings.gpuAttested ? ['gpu-attested'] : [])],
    sealedModel: digest,
  };
}

async function openServer(
  desk: KeyDesk,
  { modelReleaseListen }: ModelSettings,
  signal: AbortSignal,
): Promise<string | undefined> {
  const address = modelReleaseListen === undefined ? undefined : parseListenAddress(modelReleaseListen);
  return address && startReleaseServer(desk, address, signal);
}

async function openFiles(
  desk: KeyDesk,
  { modelRequestFile, modelReleaseFile }: ModelSettings,
  options: { everyMs: number; signal: AbortSignal },
): Promise<KeyDoor> {
  if (modelRequestFile === undefined || modelReleaseFile === undefined) return {};
  return openReleaseFiles(desk, { requestFile: modelRequestFile, releaseFile: modelReleaseFile, ...options });
}
