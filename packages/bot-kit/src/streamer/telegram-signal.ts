// Why does grammY not take our signals? Its types name another class; at run time it takes the platform's own.
import type { Api } from 'grammy';

type TelegramSignal = NonNullable<Parameters<Api['getMe']>[0]>;

export function telegramSignal(signal: AbortSignal): TelegramSignal {
  const same: unknown = signal;
  if (isSignal(same)) return same;
  throw new TypeError('Not a signal of this platform.');
}

const isSignal = (value: unknown): value is TelegramSignal => value instanceof AbortSignal;
