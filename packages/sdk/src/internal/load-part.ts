// What if a page can no longer load its own files? Some features are fetched when they are first used.
import { CocoonError } from '../errors.js';

/** `import` of a part that is not needed for an answer. @throws CocoonError `PART_NOT_LOADED` */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new CocoonError({
      kind: 'network',
      code: 'PART_NOT_LOADED',
      message: 'A part of CocoonKit could not be loaded.',
      remedy: 'Try again online, or reload the page.',
      cause,
    });
  }
}
