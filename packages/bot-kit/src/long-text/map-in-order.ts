// How are many things done a few at a time, with the results in order, and the rest stopped when one fails for good?

/** @throws what `task` throws, after its signal has fired for all others */
export async function mapInOrder<T, R>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  task: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      if (stop.signal.aborted) return;
      const item = items[index];
      if (item !== undefined) results[index] = await task(item, both);
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, work);
  try {
    await Promise.all(workers);
  } catch (cause) {
    stop.abort(cause);
    await Promise.allSettled(workers);
    throw cause;
  }
  return results;
}
