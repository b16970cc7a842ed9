// How is one task stopped together with another, without the other holding on to it afterwards?

export interface LinkedAbort {
  readonly controller: AbortController;
  /** Must be called when the task is over. */
  unlink(): void;
}

/** A controller that also aborts when `outer` does, with `outer`'s reason unless told another. */
export function linkedAbort(
  outer: AbortSignal | undefined,
  reason: () => unknown = () => outer?.reason,
): LinkedAbort {
  const controller = new AbortController();
  const stop = () => controller.abort(reason());
  if (outer?.aborted === true) stop();
  outer?.addEventListener('abort', stop, { once: true });
  return { controller, unlink: () => outer?.removeEventListener('abort', stop) };
}
