// What exactly does a person want to know of a group? Kept with their buttons and links, and read again from them.
import type { AIContext } from '../feature.js';

/** The last message a person knows. Numbers of messages grow within a group; seconds may hold many. */
export interface Point {
  readonly id: number;
  readonly at: number;
}

export interface MissedWish {
  readonly chat: number;
  /** What links to its messages begin with. */
  readonly link: string | undefined;
  /** Default: their own last message, or the last they were told of. */
  readonly after?: Point | undefined;
  readonly onlyMine: boolean;
}

export const NO_POINT: Point = { id: 0, at: 0 };
export const writePoint = ({ id, at }: Point): string => `${id}:${at}`;

export function readPoint(text = ''): Point {
  const [id, at] = text.split(':').map(Number);
  return Number.isSafeInteger(id) && Number.isSafeInteger(at) ? { id: id ?? 0, at: at ?? 0 } : NO_POINT;
}

/** Written by the links of the digest and kept authenticated. */
export const parseWish = (kept: string): MissedWish => JSON.parse(kept) as MissedWish;

/** Who has left a group is told nothing more of it. */
export async function isMember(ctx: AIContext, chat: number, user: number): Promise<boolean> {
  const member = await ctx.api.getChatMember(chat, user).catch(() => undefined);
  if (member === undefined || member.status === 'left' || member.status === 'kicked') return false;
  return member.status !== 'restricted' || member.is_member;
}
