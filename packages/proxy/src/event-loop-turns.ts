// How does heavy work leave room for the answers under way? One piece of it in each turn of the event loop.

export class EventLoopTurns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves in a later turn than every call before it. Who calls this must be limited elsewhere: waiting costs nothing but memory. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.#last;
  }
}
