// The thread that reads one document. It lives as long as that document.
import { parentPort, workerData } from 'node:worker_threads';
import { readBytes } from './read-bytes.js';
import type { ThreadAnswer, ThreadTask } from './thread-messages.js';

/** Only the module that starts this thread sends to it. */
const task: ThreadTask = workerData;

const answer = (message: ThreadAnswer): void => parentPort?.postMessage(message);

answer(await readBytes(task, answer));
