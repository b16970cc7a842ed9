// What if a command comes without anything to work on?
import { CocoonError } from '@cocoonkit/sdk';

export function nothingToDo(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'NOTHING_TO_DO',
    message: 'The command came without a text and was no reply to one.',
    remedy: 'Send the text after the command, or reply to it.',
  });
}
