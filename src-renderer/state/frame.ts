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
