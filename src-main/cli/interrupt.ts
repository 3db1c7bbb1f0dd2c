/** Ctrl-C, SIGTERM, and an output that nobody reads any more. */

/** Calls the listener at each of them, instead of ending the process at once; returns the function that ends this. */
export function onInterrupt(listener: () => void): () => void {
  const ifClosed = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') listener();
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  process.stdout.on('error', ifClosed);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
    process.stdout.off('error', ifClosed);
  };
}

/** Lets a command come to its end when nobody reads its output any more: `denselab describe ... | head`. */
export function tolerateClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
