// What has a person agreed to, and what has come since? What was shown to them is kept, and compared with what the bot does today.
import type { Kept } from '../feature.js';
import type { Records } from './records.js';
import type { KitSettings } from './settings.js';

/** What a person reads before they agree, as far as it differs from bot to bot. */
export interface ConsentScope {
  /** Features that keep something of them. */
  readonly keeps: readonly string[];
  /** What they say goes to a transcriber. */
  readonly voice: boolean;
  /** What is kept outlives the process. */
  readonly storage: boolean;
  /** Empty: nobody is named. */
  readonly operator: string;
}

export interface Missing {
  /** They have never agreed to anything. */
  readonly first: boolean;
  /** What has come since, or all of it. */
  readonly gained: ConsentScope;
}

export interface Consents {
  /** Features that keep something, by name. Those that ask for consent themselves are not among them. */
  readonly keeping: Map<string, readonly Kept[]>;
  /** What somebody would agree to now. */
  scope(): string;
  /** `undefined`: they have agreed to all the bot does. */
  missing(user: number): Promise<Missing | undefined>;
  /** `shown`: the scope at the time the button was made, which may be of an earlier day. */
  agree(user: number, shown: string): Promise<void>;
}

const NAME = 'consent';

export function createConsents(
  {
    consent,
    transcribe,
    storage,
    operator,
    retention,
  }: Pick<KitSettings, 'consent' | 'transcribe' | 'storage' | 'operator' | 'retention'>,
  records: (user: number) => Records,
): Consents {
  const keeping = new Map<string, readonly Kept[]>();
  const today = (): ConsentScope => ({
    keeps: [...keeping.keys()].sort(),
    voice: transcribe !== undefined,
    storage: storage !== undefined,
    operator: operator?.name ?? '',
  });
  return {
    keeping,
    scope: () => JSON.stringify(today()),
    async missing(user) {
      if (consent === false) return undefined;
      const agreed = readScope(await records(user).get(NAME));
      const now = today();
      if (agreed === undefined) return { first: true, gained: now };
      const gained: ConsentScope = {
        keeps: now.keeps.filter((name) => !agreed.keeps.includes(name)),
        voice: now.voice && !agreed.voice,
        storage: now.storage && !agreed.storage,
        operator: now.operator === agreed.operator ? '' : now.operator,
      };
      const nothing = gained.keeps.length === 0 && !gained.voice && !gained.storage && gained.operator === '';
      return nothing ? undefined : { first: false, gained };
    },
    agree: (user, shown) => records(user).set(NAME, shown, retention.settings),
  };
}

/** `undefined`: nothing, or something from before scopes were kept. */
function readScope(kept: string | undefined): ConsentScope | undefined {
  let scope: unknown;
  try {
    scope = JSON.parse(kept ?? '');
  } catch {
    return undefined;
  }
  if (typeof scope !== 'object' || scope === null) return undefined;
  const { keeps, voice, storage, operator } = scope as Partial<Record<keyof ConsentScope, unknown>>;
  if (!Array.isArray(keeps)) return undefined;
  return {
    keeps: keeps.filter((name) => typeof name === 'string'),
    voice: voice === true,
    storage: storage === true,
    operator: typeof operator === 'string' ? operator : '',
  };
}
