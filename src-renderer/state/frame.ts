/**
 * Joins bursts: however often the returned function is called, `work` runs at most once per animation frame.
 * A hidden window has no frames, so nothing is drawn for nobody; the work is done when it shows again.
 */
export function oncePerFrame(work: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      work();
    });
  };
}

/** The same for work that nobody sees the sooner for: at once, then not again before `milliseconds` have passed. */
export function atMostEvery(milliseconds: number, work: () => void): () => void {
  let next = 0;
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(
      () => {
        waiting = false;
        next = performance.now() + milliseconds;
        work();
      },
      Math.max(0, next - performance.now()),
    );
  };
}
