// What may a machine have booted? Plain data that is matched against proven content and digests only.

import { expectFormat } from '../format/cursor.js';
import { parseEventAs } from './event-fail.js';

/** One value, or a list of which any will do. */
export type OneOf = string | readonly string[];

/**
 * One event of RTMR2: the exact text a boot loader measured; a pattern in which `*` stands for any run of characters without a blank;
 * or a SHA-384 digest, 96 hex digits.
 */
export type BootStep = string | { readonly pattern: string } | { readonly digest: OneOf };

/**
 * Demands on the boot. All given parts must hold, at least one must be given. Each part judges its register as a whole: an event that
 * the rule does not expect is refused, because types and labels in a log are the host’s words and only order and digests are measured.
 */
export interface EventLogRule {
  readonly name?: string | undefined;
  /**
   * RTMR1: the programs the firmware started (shim, GRUB, kernel), in order, Authenticode SHA-384. Besides them only separators,
   * sentences of the firmware and partition tables may occur.
   */
  readonly images?: readonly OneOf[] | undefined;
  /** The same with one program: a kernel started by the firmware itself. */
  readonly kernel?: OneOf | undefined;
  /** RTMR2 of a kernel started by the firmware: first its command line as measured, exactly (with the `initrd=` the firmware adds). */
  readonly commandLine?: OneOf | undefined;
  /** … then its initrd, SHA-384. Without this part any initrd passes. */
  readonly initrd?: OneOf | undefined;
  /** RTMR2 of a boot loader such as GRUB: every event, in order. */
  readonly bootSteps?: readonly BootStep[] | undefined;
  /** RTMR3 of a dstack guest: boot events by name, with their payload as hex. */
  readonly dstack?: Readonly<Record<string, OneOf>> | undefined;
  /** Names of events that software may have added to RTMR3 after the boot of a dstack guest. Default: none. */
  readonly runtimeEvents?: readonly string[] | undefined;
  /** RTMR3 of a Cocoon image: tree id of its static configuration, 64 hex digits. No event may follow; debug images are refused. */
  readonly cocoon?: { readonly specTree: OneOf } | undefined;
}

const PARTS: readonly string[] = [
  'images',
  'kernel',
  'commandLine',
  'initrd',
  'bootSteps',
  'dstack',
  'cocoon',
] satisfies (keyof EventLogRule)[];
/** Parts that judge the same register: at most one of each pair. */
const EXCLUSIVE = [
  ['images', 'kernel'],
  ['bootSteps', 'commandLine'],
  ['bootSteps', 'initrd'],
  ['dstack', 'cocoon'],
] as const satisfies readonly (readonly [keyof EventLogRule, keyof EventLogRule])[];
const DIGEST = /^[0-9a-fA-F]{96}$/;
const TREE = /^[0-9a-fA-F]{64}$/;
const HEX = /^(?:[0-9a-fA-F]{2})*$/;

/** Refuses rules that would check less than they seem to. @throws CocoonError `ATTESTATION_EVENT_OPTIONS` */
export function checkRuleShape(rule: EventLogRule): void {
  parseEventAs('EVENT_OPTIONS', 'event rule', () => {
    const known = [...PARTS, 'name', 'runtimeEvents'];
    expectFormat(
      Object.keys(rule).every((key) => known.includes(key)),
      'unknown field',
    );
    const given = Object.entries(rule).filter(([key, value]) => PARTS.includes(key) && value !== undefined);
    expectFormat(given.length > 0, 'nothing demanded');
    for (const [one, other] of EXCLUSIVE)
      expectFormat(rule[one] === undefined || rule[other] === undefined, `${one} besides ${other}`);
    expectFormat(
      rule.runtimeEvents === undefined || rule.dstack !== undefined,
      'runtimeEvents without dstack',
    );
    for (const image of rule.images ?? []) checkTexts(image, DIGEST, 'images');
    checkTexts(rule.kernel, DIGEST, 'kernel');
    checkTexts(rule.initrd, DIGEST, 'initrd');
    checkTexts(rule.commandLine, /^/, 'commandLine');
    checkTexts(rule.cocoon?.specTree, TREE, 'specTree');
    const demands = Object.values(rule.dstack ?? {});
    expectFormat(rule.dstack === undefined || demands.length > 0, 'dstack without events');
    for (const payload of demands) checkTexts(payload, HEX, 'dstack');
    for (const step of rule.bootSteps ?? []) {
      if (typeof step === 'string') continue;
      if ('digest' in step) checkTexts(step.digest, DIGEST, 'bootSteps');
      else expectFormat(typeof step.pattern === 'string', 'bootSteps');
    }
  });
}

function checkTexts(value: OneOf | undefined, pattern: RegExp, what: string): void {
  if (value === undefined) return;
  const values: readonly unknown[] = [value].flat();
  expectFormat(
    values.length > 0 && values.every((text) => typeof text === 'string' && pattern.test(text)),
    what,
  );
}
