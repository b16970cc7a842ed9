// Where was an answer going when the process died? Enough to go on there, and nothing that must be kept in memory.
import type { Api } from 'grammy';
import { editOutlet } from './edit-outlet.js';
import { ephemeralOutlet } from './ephemeral-outlet.js';
import { finalOutlet } from './final-outlet.js';
import { inlineOutlet } from './inline-outlet.js';
import type { Outlet } from './outlet.js';

export type OutletAddress =
  | {
      readonly kind: 'chat';
      readonly chatId: number;
      readonly threadId?: number | undefined;
      readonly replyTo?: number | undefined;
      readonly businessConnectionId?: string | undefined;
      /** A message that shows the answer while it grows: editing it twice is harmless. */
      readonly messageId?: number | undefined;
    }
  | { readonly kind: 'inline'; readonly inlineMessageId: string }
  | {
      readonly kind: 'ephemeral';
      readonly chatId: number;
      readonly userId: number;
      readonly threadId?: number | undefined;
      readonly messageId?: number | undefined;
    };

/** Shows nothing while writing: for what is whole already. */
export function outletAt(api: Api, address: OutletAddress): Outlet {
  if (address.kind === 'inline') return inlineOutlet(api, address);
  const live = { messageId: address.messageId, found: async () => undefined };
  if (address.kind === 'ephemeral') return ephemeralOutlet(api, { ...address, live });
  return address.messageId === undefined ? finalOutlet(api, address) : editOutlet(api, { ...address, live });
}

/** Whether the first part may be sent although it may have arrived. */
export function isRepeatable(address: OutletAddress): boolean {
  return address.kind === 'inline' || address.messageId !== undefined;
}

export function parseAddress(value: unknown): OutletAddress | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, chatId, userId, threadId, replyTo, businessConnectionId, messageId, inlineMessageId } =
    value as Record<string, unknown>;
  const place = { threadId: numberOf(threadId), messageId: numberOf(messageId) };
  if (kind === 'inline' && typeof inlineMessageId === 'string') return { kind, inlineMessageId };
  if (typeof chatId !== 'number') return undefined;
  if (kind === 'ephemeral' && typeof userId === 'number') return { kind, chatId, userId, ...place };
  if (kind !== 'chat') return undefined;
  const connection = typeof businessConnectionId === 'string' ? businessConnectionId : undefined;
  return { kind, chatId, ...place, replyTo: numberOf(replyTo), businessConnectionId: connection };
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
