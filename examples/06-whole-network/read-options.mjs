// Which variant of the demo was asked for?
import { parseArgs } from 'node:util';

export const USAGE = `npm run demo -- [options]

  --once            end by itself after the answer (default when no terminal is attached)
  --hold            keep the network and the page up until Ctrl-C (default in a terminal); the bots of 05-telegram-bot find it by themselves
  --report FILE     write verification, answer, receipt, charge and timings as JSON
  --file TEXT       summarize this file instead of the document that comes along
  --upstream URL    an OpenAI-compatible server on this machine, for example http://127.0.0.1:8000/v1
  --model NAME      the model's name at that server
  --prompt TEXT     what to ask it (with --upstream)
  --workers N       how many workers (default 2)
  --verbose         print the services' logs
`;

export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      once: { type: 'boolean', default: false },
      hold: { type: 'boolean', default: false },
      report: { type: 'string' },
      file: { type: 'string' },
      upstream: { type: 'string' },
      model: { type: 'string' },
      prompt: { type: 'string' },
      workers: { type: 'string', default: '2' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const workers = Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1 || workers > 16)
    fail('--workers takes a number from 1 to 16.');
  if ((values.upstream === undefined) !== (values.model === undefined))
    fail('--upstream and --model go together.');
  if (values.once && values.hold) fail('--once and --hold contradict each other.');
  return { ...values, workers, stay: values.hold || (!values.once && process.stdin.isTTY === true) };
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n\n${USAGE}`);
  process.exit(2);
}
