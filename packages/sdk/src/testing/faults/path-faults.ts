// What can somebody between client and proxy do with the bytes?
import { encodeRecord } from '../../protocol/record.js';
import { flipRecord, renameHead, swapEvidence } from '../memory-faults.js';
import type { MemoryNetwork } from '../memory-network.js';
import { type Fault, faultsOf } from './fault.js';

type Edit = (records: Uint8Array[], network: MemoryNetwork) => Uint8Array[];

/** The answer is changed and cannot be had again. */
function answer(edit: Edit): Pick<Fault, 'charged' | 'turnOn'> {
  return {
    charged: true,
    turnOn: (network) => {
      network.faults.noResume = true;
      network.faults.records = (records) => edit(records, network);
    },
  };
}

const at = (index: number, change: (record: Uint8Array) => Uint8Array): Edit => {
  return (records) => records.map((record, i) => (i === index ? change(record) : record));
};

function status(inferStatus: number): Pick<Fault, 'charged' | 'turnOn'> {
  return {
    charged: false,
    turnOn: ({ faults }) => {
      faults.inferStatus = inferStatus;
    },
  };
}

function bit(position: (message: Uint8Array) => number): Pick<Fault, 'charged' | 'turnOn'> {
  return {
    charged: false,
    turnOn: ({ faults }) => {
      faults.message = (path, message) =>
        path.startsWith('/v1/infer/') ? flipRecord(message, position(message)) : message;
    },
  };
}

const evidence = (change: Parameters<typeof swapEvidence>[1]): Pick<Fault, 'charged' | 'turnOn'> => ({
  charged: false,
  turnOn: ({ faults }) => {
    faults.proxyEvidence = (bundle) => swapEvidence(bundle, change);
  },
});

const other = ({ workers }: MemoryNetwork): Uint8Array =>
  workers.find(({ served }) => served === 0)?.machine.digest ?? new Uint8Array(32);

/** Records of an answer: head, DATA frames, USAGE, FINAL, the proxy’s settlement. */
export const PATH_FAULTS = faultsOf('path', [
  {
    name: 'frame-flipped',
    what: 'One bit of a frame is turned.',
    code: 'FRAME_INVALID',
    ...answer(at(1, flipRecord)),
  },
  {
    name: 'frame-relabelled',
    what: 'A DATA frame is passed off as another type.',
    code: 'FRAME_INVALID',
    ...answer(at(1, (record) => flipRecord(record, 5))),
  },
  {
    name: 'frame-dropped',
    what: 'A frame is left out.',
    code: 'FRAME_INVALID',
    ...answer((records) => records.filter((_, i) => i !== 1)),
  },
  {
    name: 'frame-repeated',
    what: 'A frame comes twice.',
    code: 'FRAME_INVALID',
    ...answer((records) => [...records.slice(0, 2), ...records.slice(1)]),
  },
  {
    name: 'frames-swapped',
    what: 'Two frames change places.',
    code: 'FRAME_INVALID',
    ...answer(([head, first, second, ...rest]) =>
      [head, second, first, ...rest].flatMap((record) => record ?? []),
    ),
  },
  {
    name: 'head-dropped',
    what: 'The head is left out.',
    code: 'RECORD_UNEXPECTED',
    ...answer((records) => records.slice(1)),
  },
  {
    name: 'head-repeated',
    what: 'The head comes twice.',
    code: 'RECORD_UNEXPECTED',
    ...answer((records) => [...records.slice(0, 1), ...records]),
  },
  {
    name: 'head-flipped',
    what: 'One bit of the head’s encapsulation is turned.',
    code: 'FRAME_INVALID',
    ...answer(at(0, flipRecord)),
  },
  {
    name: 'head-of-a-stranger',
    what: 'The head names a machine the request was not sealed to.',
    code: 'ANSWER_NOT_A_CANDIDATE',
    ...answer(at(0, (record) => renameHead(record, new Uint8Array(32)))),
  },
  {
    name: 'head-of-another-candidate',
    what: 'The head names another candidate than the one that answered.',
    code: 'FRAME_INVALID',
    ...answer((records, network) => at(0, (record) => renameHead(record, other(network)))(records, network)),
  },
  {
    name: 'answer-cut-before-final',
    what: 'The answer ends, as if complete, right before FINAL.',
    code: 'STREAM_TRUNCATED',
    ...answer((records) => records.slice(0, -2)),
  },
  {
    name: 'answer-cut-in-a-record',
    what: 'The answer ends in the middle of a record.',
    code: 'STREAM_TRUNCATED',
    ...answer((records) => [...records.slice(0, 2), ...records.slice(2, 3).map((r) => r.subarray(0, 9))]),
  },
  {
    name: 'answer-empty',
    what: 'The answer has no records.',
    code: 'STREAM_TRUNCATED',
    ...answer(() => []),
  },
  {
    name: 'answer-with-an-unknown-record',
    what: 'A record of an unknown kind is put in.',
    code: 'MALFORMED',
    ...answer((records) => [...records.slice(0, 2), Uint8Array.of(9, 0, 0, 0, 0), ...records.slice(2)]),
  },
  {
    name: 'answer-with-an-endless-record',
    what: 'A record claims a length far above the limit.',
    code: 'MALFORMED',
    ...answer(() => [Uint8Array.of(1, 255, 255, 255, 255)]),
  },
  {
    name: 'answer-of-an-earlier-request',
    what: 'The answer to an earlier request is sent again.',
    code: 'FRAME_INVALID',
    charged: true,
    rehearsed: true,
    turnOn: ({ faults }) => {
      let first: Uint8Array[] | undefined;
      faults.noResume = true;
      faults.records = (records) => {
        first ??= records;
        return first;
      };
    },
  },
  {
    name: 'answer-continued-after-final',
    what: 'A frame follows FINAL.',
    code: undefined,
    cause: 'FRAME_AFTER_FINAL',
    ...answer((records) => [...records.slice(0, -1), ...records.slice(1, 2)]),
  },
  {
    name: 'connection-reset',
    what: 'The connection breaks after two records and the rest cannot be had.',
    code: 'STREAM_TRUNCATED',
    charged: false,
    turnOn: ({ faults }) => {
      faults.noResume = true;
      faults.breakAfterRecords = 2;
    },
  },
  {
    name: 'connection-reset-once',
    what: 'The connection breaks after two records; the worker still has the rest.',
    code: undefined,
    charged: true,
    turnOn: ({ faults }) => {
      faults.breakAfterRecords = 2;
    },
  },
  {
    name: 'answer-stalled',
    what: 'After two records nothing comes any more, and the connection stays open.',
    code: 'TIMEOUT',
    charged: false,
    waits: true,
    turnOn: ({ faults }) => {
      faults.stallAfterRecords = 2;
    },
  },
  {
    name: 'settlement-forged',
    what: 'A settlement that the proxy did not seal is put into the answer.',
    code: 'PROXY_ANSWER_INVALID',
    ...answer((records) => [...records.slice(0, 2), encodeRecord('proxy', new Uint8Array(40))]),
  },
  {
    name: 'refusal-forged',
    what: 'A refusal that the proxy did not seal comes instead of the answer.',
    code: 'PROXY_ANSWER_INVALID',
    charged: false,
    turnOn: ({ faults }) => {
      faults.forgedNotice = encodeRecord('proxy', new Uint8Array(64).fill(7));
    },
  },
  { name: 'status-redirect', what: 'A redirect to elsewhere.', code: 'PROXY_STATUS', ...status(302) },
  { name: 'status-payment', what: 'A made-up 402.', code: 'PROXY_STATUS', ...status(402) },
  { name: 'status-reselect', what: 'A made-up 409.', code: 'PROXY_STATUS', ...status(409) },
  { name: 'status-rate-limit', what: 'A made-up 429.', code: 'TOO_MANY_REQUESTS', ...status(429) },
  { name: 'status-error', what: 'A made-up 503.', code: 'PROXY_STATUS', ...status(503) },
  {
    name: 'request-version-flipped',
    what: 'One bit of the message’s suite is turned, to make the proxy use another one.',
    code: 'PROXY_STATUS',
    ...bit(() => 5),
  },
  {
    name: 'request-envelope-flipped',
    what: 'One bit of the sealed envelope is turned.',
    code: 'PROXY_STATUS',
    ...bit(() => 200),
  },
  {
    name: 'request-body-flipped',
    what: 'One bit of the sealed prompt is turned.',
    code: 'REQUEST_REFUSED',
    ...bit((message) => message.length - 1),
  },
  {
    name: 'request-replayed',
    what: 'The request is delivered once by somebody else, before the client’s own copy.',
    code: 'REQUEST_REPLAYED',
    charged: true,
    turnOn: ({ faults }) => {
      faults.replay = true;
    },
  },
  {
    name: 'control-answer-flipped',
    what: 'One bit of the proxy’s answer about its workers is turned.',
    code: 'PROXY_ANSWER_INVALID',
    charged: false,
    turnOn: ({ faults }) => {
      faults.controlAnswer = flipRecord;
    },
  },
  {
    name: 'control-answer-cut',
    what: 'The proxy’s answer about its workers ends early.',
    code: 'MALFORMED',
    charged: false,
    turnOn: ({ faults }) => {
      faults.controlAnswer = (record) => record.subarray(0, -1);
    },
  },
  {
    name: 'manifest-flipped',
    what: 'One bit of the proxy’s sealing key is turned in its evidence.',
    code: 'ATTESTATION_REPORT_DATA',
    ...evidence((one) => ({ ...one, manifest: flipRecord(one.manifest, 200) })),
  },
  {
    name: 'quote-flipped',
    what: 'One bit of the proxy’s quote is turned.',
    code: 'ATTESTATION_QUOTE_SIG',
    ...evidence((one) => ({ ...one, quote: flipRecord(one.quote, 600) })),
  },
  {
    name: 'collateral-withheld',
    what: 'Intel’s documents for the proxy’s quote are left out.',
    code: 'COLLATERAL_MISSING',
    charged: false,
    turnOn: ({ faults }) => {
      faults.proxyEvidence = (bundle) => ({ ...bundle, collaterals: [] });
    },
  },
]);
