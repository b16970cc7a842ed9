// Does a verifier, given as a bundle, still refuse and accept what it must? Runs in a thread, because a mutant may never end.
import { parentPort, workerData } from 'node:worker_threads';

const { bundle, cases, root } = workerData;
const { verifyQuote, parseCollateral, registerSimulatedRoot } = await import(
  `data:text/javascript;base64,${Buffer.from(bundle).toString('base64')}`
);
const anchor = registerSimulatedRoot(root);

async function outcome({ quote, collateral, now, policy, real }) {
  try {
    const verified = await verifyQuote(quote, {
      collateral: parseCollateral(collateral),
      now,
      policy,
      anchor: real ? undefined : anchor,
    });
    return verified.tcb.status;
  } catch (error) {
    return error?.code ?? 'not a CocoonError';
  }
}

let killer;
for (const entry of cases) {
  const found = await outcome(entry);
  if (found === entry.expected) continue;
  killer = `${entry.name} (${found})`;
  break;
}
parentPort.postMessage({ killer });
