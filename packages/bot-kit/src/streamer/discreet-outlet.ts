// What if Telegram refuses to show a message to one person of a group alone? It goes to their private chat.
import { isRefusal, judgeFailure } from './judge-failure.js';
import type { Outlet } from './outlet.js';

export interface DiscreetOutletParts {
  /** Seen by one person of the group. */
  readonly group: Outlet;
  readonly privately: Outlet;
  /** Called once, when the private chat is closed to the bot too: then nothing is shown anywhere. */
  readonly unreachable: () => Promise<unknown>;
}

export interface DiscreetOutlet extends Outlet {
  readonly inPrivate: boolean;
}

/** Changes over when the first message is refused (400, 403), or when the message it grew in is gone. Nothing is ever shown to the group. */
export function discreetOutlet({ group, privately, unreachable }: DiscreetOutletParts): DiscreetOutlet {
  let place = group;
  let opened: Promise<void> | undefined;
  let told = false;

  /** With the thinking: refused, it says that it is the place, and not a text. */
  function open(signal: AbortSignal): Promise<void> {
    opened ??= begin(signal);
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  }

  async function begin(signal: AbortSignal): Promise<void> {
    if (place === group) {
      try {
        return await group.show(undefined, signal);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        place = privately;
      }
    }
    return inPrivate(() => privately.show(undefined, signal));
  }

  async function inPrivate<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!told && isClosed(error)) {
        told = true;
        await unreachable();
      }
      throw error;
    }
  }

  return {
    kind: 'ephemeral',
    rich: true,
    get inPrivate() {
      return place === privately;
    },
    get pace() {
      return place.pace;
    },
    get maxParts() {
      return place.maxParts;
    },
    repeatable: () => place.repeatable(),
    address: () => place.address?.(),
    async show(view, signal) {
      await open(signal);
      if (view !== undefined) await place.show(view, signal);
    },
    async deliver(part, where, signal) {
      await open(signal);
      if (place === group) {
        try {
          return await group.deliver(part, where, signal);
        } catch (error) {
          if (!isClosed(error)) throw error;
          place = privately;
        }
      }
      return inPrivate(() => privately.deliver(part, where, signal));
    },
  };
}

function isClosed(error: unknown): boolean {
  const { kind } = judgeFailure(error);
  return kind === 'blocked' || kind === 'gone';
}
