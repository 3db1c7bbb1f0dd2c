/** Several tasks at a time, results in order. */

/**
 * Applies `task` to each item with at most `width` unfinished at a time, and yields the results in the order of the items.
 * A failure ends it; what was started is awaited first, so that nothing goes on behind the caller's back.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  width: number,
  task: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const started = task(item);
      // Awaited later; until then a rejection must not count as unhandled.
      started.catch(() => undefined);
      running.push(started);
      if (running.length >= width) yield await take(running);
    }
    while (running.length > 0) yield await take(running);
  } finally {
    await Promise.allSettled(running);
  }
}

async function take<R>(running: Promise<R>[]): Promise<R> {
  const first = running.shift();
  if (first === undefined) throw new Error('nothing is running');
  return first;
}
