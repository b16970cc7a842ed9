// How is something made at first use and kept, but not a failure to make it?

/** `make` runs at the first call and everybody gets its outcome. After a failure (a file that did not load, say) the next call tries again. */
export function keepOnce<T>(make: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    if (kept !== undefined) return kept;
    const making = make();
    kept = making;
    making.catch(() => {
      kept = undefined;
    });
    return making;
  };
}
