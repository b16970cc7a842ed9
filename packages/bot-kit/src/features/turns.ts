// What was said before? The last turns of a conversation, cut to what the model can read.
import type { ChatMessage } from '@cocoonkit/sdk';

export interface Turn {
  readonly question: string;
  readonly answer: string;
}

/** Turns as they were kept; anything else counts as nothing. */
export function parseTurns(text: string | undefined): Turn[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return [];
    return value.filter(
      (turn): turn is Turn =>
        typeof turn === 'object' &&
        turn !== null &&
        typeof (turn as Partial<Turn>).question === 'string' &&
        typeof (turn as Partial<Turn>).answer === 'string',
    );
  } catch {
    return [];
  }
}

/** The newest turns that fit. `forgot`: some were left out. */
export function fitTurns(
  turns: readonly Turn[],
  { tokens, count, most }: { tokens: number; count: (text: string) => number; most: number },
): { turns: Turn[]; forgot: boolean } {
  const kept: Turn[] = [];
  let room = tokens;
  for (const turn of [...turns].reverse()) {
    room -= count(turn.question) + count(turn.answer);
    if (room < 0 || kept.length === most) return { turns: kept.reverse(), forgot: true };
    kept.push(turn);
  }
  return { turns: kept.reverse(), forgot: false };
}

export function messagesOf(turns: readonly Turn[]): ChatMessage[] {
  return turns.flatMap(({ question, answer }) => [
    { role: 'user' as const, content: question },
    { role: 'assistant' as const, content: answer },
  ]);
}
