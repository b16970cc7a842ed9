// What is due by now: a binary heap of times, so that looking costs nothing while nothing is due.

export class Deadlines<Item> {
  private readonly heap: { at: number; item: Item }[] = [];

  add(at: number, item: Item): void {
    const heap = this.heap;
    let index = heap.length;
    const added = { at, item };
    heap.push(added);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.at <= at) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = added;
  }

  /** Takes the earliest item whose time is not after `at`. */
  take(at: number): Item | undefined {
    const heap = this.heap;
    const first = heap[0];
    if (first === undefined || first.at > at) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.sink(last);
    return first.item;
  }

  private sink(moved: { at: number; item: Item }): void {
    const heap = this.heap;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const rightIsLess = right !== undefined && left !== undefined && right.at < left.at;
      const child = rightIsLess ? right : left;
      if (child === undefined || child.at >= moved.at) break;
      heap[index] = child;
      index = 2 * index + (rightIsLess ? 2 : 1);
    }
    heap[index] = moved;
  }
}
