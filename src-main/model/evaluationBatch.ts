/** How many images an evaluation computes at once. */

/** Images of one batch, as long as they are small: 250 take half as much memory again and are no faster. */
const MOST_IMAGES = 64;
/** Pixels of one batch: 20 images of 224x224, so that activations stay within some hundred megabytes. */
const MOST_PIXELS = 1 << 20;

/** Images of one batch of an evaluation, by the size of the images. */
export function evaluationBatch({ height, width }: { readonly height: number; readonly width: number }): number {
  return Math.min(MOST_IMAGES, Math.max(1, Math.floor(MOST_PIXELS / (height * width))));
}
