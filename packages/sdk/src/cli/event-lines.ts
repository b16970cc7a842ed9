// What does a boot log prove, in lines a person can read?
import type { ProvenContent } from '../attestation/event-log/prove-event.js';
import type { LogEvent } from '../attestation/event-log/replay-log.js';

const MAX_LINES = 100;
const MAX_TEXT = 100;

/** One line per event, in the order of the log. Content is shown where it is proven; otherwise the digest, which a rule can name. */
export function eventLines(events: readonly LogEvent[]): string[] {
  const lines = events.slice(0, MAX_LINES).map(({ rtmr, digest, proven, claimed }) => {
    const what =
      proven === undefined
        ? `digest alone ${digest} (the host calls it ${clean(claimed.name ?? claimed.type)})`
        : describe(proven);
    return `  rtmr${rtmr} ${what}`;
  });
  const proven = events.filter((event) => event.proven !== undefined).length;
  const more = events.length - lines.length;
  return [
    `Events: ${events.length}, content proven of ${proven}`,
    ...lines,
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

function describe(content: ProvenContent): string {
  switch (content.kind) {
    case 'separator':
      return 'separator';
    case 'action':
      return `firmware: ${content.text}`;
    case 'text':
      return `text: ${clean(content.text)}`;
    case 'variable':
      return `variable ${clean(content.name)}, ${content.value.length} bytes`;
    case 'variable-value':
      return `boot variable without its name, ${content.value.length} bytes`;
    case 'partitions':
      return `partition table, ${content.table.length} bytes`;
    case 'application':
      return `application: ${clean(content.name)}, ${content.payload.length} bytes`;
    default:
      return content satisfies never;
  }
}

/** A log is foreign text: nothing of it may steer a terminal or fill it. */
function clean(text: string): string {
  const printable = text.replace(/\p{C}/gu, ' ');
  return printable.length <= MAX_TEXT ? printable : `${printable.slice(0, MAX_TEXT)}…`;
}
