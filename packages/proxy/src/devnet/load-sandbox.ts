// Where does the TVM come from? From an optional package, which only a local chain needs.
import { CocoonError } from '@cocoonkit/sdk/errors';

export type Sandbox = typeof import('@ton/sandbox');

/** @throws CocoonError `SANDBOX_MISSING` when `@ton/sandbox` is not installed. */
export async function loadSandbox(
  load: () => Promise<Sandbox> = () => import('@ton/sandbox'),
): Promise<Sandbox> {
  try {
    return await load();
  } catch (cause) {
    throw new CocoonError({
      kind: 'config',
      code: 'SANDBOX_MISSING',
      message: 'A local chain needs the package @ton/sandbox, which is not installed.',
      remedy: 'Run `npm install --save-dev @ton/sandbox @ton/crypto` and start again.',
      cause,
    });
  }
}
