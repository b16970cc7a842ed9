// Which settings of private models go together?
import { parseListenAddress } from './listen-address.js';

/** Flags that mean nothing without a sealed file. */
const NEED_SEALED_FILE = {
  modelDigest: '--model-digest',
  modelReleaseFile: '--model-release-file',
  modelRequestFile: '--model-request-file',
  modelReleaseListen: '--model-release-listen',
  modelMemory: '--model-memory',
  modelOnDisk: '--model-on-disk',
} as const;

const NOT_BESIDE = {
  modelFile: '--model-file',
  modelUrl: '--model-url',
  modelSha256: '--model-sha256',
  modelSize: '--model-size',
} as const;

/** Looks at the settings as they came. */
export function* privateModelMismatches(value: Readonly<Record<string, unknown>>): Generator<string> {
  const isSet = (name: string): boolean => value[name] !== undefined && value[name] !== false;
  if (!isSet('modelSealedFile')) {
    for (const [name, flag] of Object.entries(NEED_SEALED_FILE))
      if (isSet(name)) yield `${flag} belongs to --model-sealed-file`;
    return;
  }
  for (const [name, flag] of Object.entries(NOT_BESIDE))
    if (isSet(name)) yield `${flag} and --model-sealed-file exclude each other`;
  if (!isSet('modelDigest'))
    yield '--model-digest is needed with --model-sealed-file: what `cocoonkit model seal` printed';
  if (isSet('modelReleaseFile') !== isSet('modelRequestFile'))
    yield '--model-request-file and --model-release-file go together: one goes to the owner, the other comes from there';
  if (!isSet('modelReleaseFile') && !isSet('modelReleaseListen'))
    yield '--model-release-listen, or --model-request-file and --model-release-file, are needed with --model-sealed-file: how its key comes in';
  const listen = value['modelReleaseListen'];
  if (typeof listen === 'string' && parseListenAddress(listen) === undefined)
    yield '--model-release-listen must be like 127.0.0.1:8443 or [::]:8443';
  if (isSet('modelOnDisk') && value['quote'] !== 'simulated')
    yield '--model-on-disk belongs to --quote simulated: in a real machine weights stay in memory';
}
