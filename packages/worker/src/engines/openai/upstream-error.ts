// What went wrong between this engine and its model server, said without a word of prompt or answer?
import { CocoonError, type ErrorKind } from '@cocoonkit/sdk/errors';

interface Failure {
  kind: ErrorKind;
  message: string;
  remedy: string;
}

const RETRY = 'Retry, or use another worker. The operator finds the reason in the log of the model server.';
const OPERATOR = 'The operator must fix or replace the model server; use another worker meanwhile.';

const FAILURES = {
  UPSTREAM_INVALID: {
    kind: 'config',
    message: 'The upstream address is not usable.',
    remedy:
      'Give http://127.0.0.1:PORT/v1 or unix:/absolute/path.sock, without credentials, query or fragment.',
  },
  UPSTREAM_NOT_LOCAL: {
    kind: 'config',
    message:
      'The upstream is neither on the loopback interface nor a unix socket, so prompts would leave the attested machine in clear.',
    remedy:
      'Run the model server in the same machine, or allow an unattested upstream, which every client is told about.',
  },
  UPSTREAM_KEY_INVALID: {
    kind: 'config',
    message: 'The API key for the upstream has characters that no HTTP header can hold.',
    remedy: 'Give the key as visible ASCII characters without spaces or line ends.',
  },
  UPSTREAM_REFUSED: {
    kind: 'model',
    message: 'The model server refused the request.',
    remedy:
      "Check the fields, the model name and the length of the request. The server's own words are withheld: they may repeat the prompt.",
  },
  UPSTREAM_BUSY: {
    kind: 'network',
    message: 'The model server takes no more requests now.',
    remedy: 'Retry later or use another worker.',
  },
  UPSTREAM_FAILED: {
    kind: 'network',
    message: 'The model server failed or could not be reached.',
    remedy: RETRY,
  },
  UPSTREAM_TIMEOUT: {
    kind: 'network',
    message: 'The model server went silent for longer than allowed.',
    remedy: RETRY,
  },
  UPSTREAM_TRUNCATED: {
    kind: 'network',
    message: 'The answer of the model server ended before its end marker.',
    remedy: RETRY,
  },
  UPSTREAM_MALFORMED: {
    kind: 'protocol',
    message:
      'The model server sent something that is neither an OpenAI chat-completion stream nor embeddings, whichever was asked for.',
    remedy: OPERATOR,
  },
  UPSTREAM_EVENT_TOO_LARGE: {
    kind: 'protocol',
    message: 'One event of the model server is larger than the limit.',
    remedy: OPERATOR,
  },
  UPSTREAM_STREAM_TOO_LARGE: {
    kind: 'protocol',
    message: 'The model server sent more bytes than the token cap can explain.',
    remedy: OPERATOR,
  },
  ENGINE_NO_USAGE: {
    kind: 'protocol',
    message: 'The model server did not say how many tokens it used, and nothing else can count them.',
    remedy: 'The operator must turn on usage reporting or name an exact tokenizer. Nothing is billed.',
  },
  ENGINE_BAD_USAGE: {
    kind: 'protocol',
    message: 'The token counts of the model server contradict themselves or the answer.',
    remedy: `${OPERATOR} Nothing is billed.`,
  },
  ENGINE_CLOSED: {
    kind: 'aborted',
    message: 'The engine was closed.',
    remedy: 'Use another worker, or start this one again.',
  },
  CONTEXT_OVERFLOW: {
    kind: 'model',
    message: 'The prompt is longer than this model takes.',
    remedy: 'Shorten the prompt or use a model with a larger context.',
  },
  MODEL_LACKS_FEATURE: {
    kind: 'model',
    message: 'This model does not offer a feature that the request needs. Nothing was computed.',
    remedy: 'Choose a model whose features list names it.',
  },
  UNSUPPORTED_URL: {
    kind: 'model',
    message:
      'A content part names a URL or a stored file. A worker never fetches anything: it would tell the net about a private request.',
    remedy: 'Put the content itself into the request as a data: URL.',
  },
  UNSUPPORTED_FIELD: {
    kind: 'model',
    message:
      'The request has a field that would make the model server connect elsewhere, run code or touch other requests.',
    remedy: 'Leave the field out.',
  },
  REQUEST_INVALID: {
    kind: 'model',
    message: 'A field of the request has a form that no chat completion and no embedding takes.',
    remedy: 'Correct the field.',
  },
} as const satisfies Record<string, Failure>;

export type UpstreamErrorCode = keyof typeof FAILURES;

/** Details hold numbers and names of fields and limits only. A cause is never attached: parser errors quote what they parsed. */
export function upstreamError(
  code: UpstreamErrorCode,
  details: Readonly<Record<string, string | number | boolean>> = {},
): CocoonError {
  return new CocoonError({ ...FAILURES[code], code, stage: 'openai-engine', details });
}
