// Does a replayed log meet a rule, and if not, which part of it fails?
import { concat, toHex, utf8 } from '../../internal/bytes.js';
import type { BootStep, EventLogRule, OneOf } from './event-rule.js';
import type { Sha384 } from './prove-event.js';
import type { LogEvent, ReplayedLog } from './replay-log.js';

/** The part of the rule that fails, or nothing when all hold. `log` replays to the quoted registers. */
export async function failedPart(
  rule: EventLogRule,
  log: ReplayedLog,
  sha384: Sha384,
): Promise<keyof EventLogRule | undefined> {
  const of = (rtmr: number): LogEvent[] => log.events.filter((event) => event.rtmr === rtmr);
  const images = rule.images ?? (rule.kernel === undefined ? undefined : [rule.kernel]);
  if (images !== undefined && !bootedImages(of(1), images))
    return rule.kernel === undefined ? 'images' : 'kernel';
  const [commandLine, initrd, ...others] = of(2);
  if (rule.commandLine !== undefined || rule.initrd !== undefined) {
    if (others.length > 0) return 'bootSteps';
    const allowed = await Promise.all(
      list(rule.commandLine ?? []).map((text) => commandLineDigest(text, sha384)),
    );
    if (rule.commandLine !== undefined && !isOneOf(allowed, commandLine?.digest)) return 'commandLine';
    if (rule.initrd !== undefined && !isOneOf(rule.initrd, initrd?.digest)) return 'initrd';
  }
  if (rule.bootSteps !== undefined && !tookSteps(of(2), rule.bootSteps)) return 'bootSteps';
  if (rule.dstack !== undefined) return dstackFailure(rule, rule.dstack, of(3));
  return undefined;
}

/** What the EFI stub of Linux measures as command line: UTF-16, little-endian, with the closing NUL. 96 hex digits. */
export async function commandLineDigest(commandLine: string, sha384: Sha384): Promise<string> {
  const bytes = new Uint8Array(2 * commandLine.length + 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < commandLine.length; i++) view.setUint16(2 * i, commandLine.charCodeAt(i), true);
  return toHex(await sha384(bytes));
}

/** RTMR3 of a Cocoon image with this static configuration; a debug image has another value. 96 hex digits. */
export async function cocoonRtmr3(specTree: string, sha384: Sha384): Promise<string> {
  let register: Uint8Array = new Uint8Array(48);
  for (const line of [`cocoon:spec.tree=${specTree.toLowerCase()}`, 'cocoon:tdx_inited'])
    register = await sha384(concat(register, await sha384(utf8(line))));
  return toHex(register);
}

export function list(value: OneOf): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function isOneOf(allowed: OneOf, actual: string | undefined): boolean {
  return list(allowed).some((entry) => entry.toLowerCase() === actual);
}

const HARMLESS = ['separator', 'action', 'partitions'];

function bootedImages(events: readonly LogEvent[], images: readonly OneOf[]): boolean {
  const started = events.filter(({ proven }) => proven === undefined || !HARMLESS.includes(proven.kind));
  return started.length === images.length && images.every((image, i) => isOneOf(image, started[i]?.digest));
}

function tookSteps(events: readonly LogEvent[], steps: readonly BootStep[]): boolean {
  return events.length === steps.length && steps.every((step, i) => isStep(step, events[i]));
}

function isStep(step: BootStep, event: LogEvent | undefined): boolean {
  if (event === undefined) return false;
  if (typeof step === 'object' && 'digest' in step) return isOneOf(step.digest, event.digest);
  const { proven } = event;
  if (proven?.kind !== 'text') return false;
  return typeof step === 'string' ? proven.text === step : matchesPattern(step.pattern, proven.text);
}

/** `*`: any characters but blanks, so that no argument can be slipped in. Word by word, without backtracking across words. */
function matchesPattern(pattern: string, text: string): boolean {
  const [expected, actual] = [pattern.split(' '), text.split(' ')];
  return expected.length === actual.length && expected.every((word, i) => matchesWord(word, actual[i] ?? ''));
}

function matchesWord(pattern: string, word: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return word === first;
  if (/\s/.test(word) || !word.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = word.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return word.length - last.length >= at && word.endsWith(last);
}

function dstackFailure(
  { runtimeEvents = [] }: EventLogRule,
  demands: Readonly<Record<string, OneOf>>,
  events: readonly LogEvent[],
): keyof EventLogRule | undefined {
  const payloads = new Map<string, string>();
  for (const { proven, phase } of events) {
    if (proven?.kind !== 'application') return 'dstack';
    if (phase === 'boot') payloads.set(proven.name, toHex(proven.payload));
    else if (!runtimeEvents.includes(proven.name)) return 'runtimeEvents';
  }
  const met = Object.entries(demands).every(([name, payload]) => isOneOf(payload, payloads.get(name)));
  return met ? undefined : 'dstack';
}
