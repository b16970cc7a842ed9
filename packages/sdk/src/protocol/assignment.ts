// With which words does a proxy hand one request to one worker? (PROTOCOL.md §11.3)
import { digest, text, time, u16, u32 } from './fields.js';
import { defineLayout, type Layout, required } from './tlv.js';

export interface Assignment {
  version: number;
  coreHash: Uint8Array;
  workerDigest: Uint8Array;
  /** 1 for the first worker tried, then 2, … */
  attempt: number;
  deadline: number;
  audience: string;
}

export const assignmentLayout: Layout<Assignment> = defineLayout<Assignment>('Assignment', {
  version: required(2, u16),
  coreHash: required(4, digest),
  workerDigest: required(6, digest),
  attempt: required(8, u32),
  deadline: required(10, time),
  audience: required(12, text(128)),
});
