/** Some images of a folder before and after conversion, for a person who chooses it. */

import type { PreviewImage, PreviewPixels } from '../../contract/conversion.ts';
import type { Target } from '../convert.ts';
import type { DecodeSession, ImageDecoder } from '../decoding.ts';
import { requestFor } from '../decoding.ts';
import { MOST_PREVIEWED, PREVIEW_EDGE } from '../preview.ts';
import { uprightSize } from './folderScan.ts';
import type { PlacedImage, Placement } from './folderSplit.ts';
import { throwIfCancelled } from './source.ts';
import { mapInOrder } from './window.ts';

/** Decodes up to 12 images twice: as they are, and as they will be stored. Those that cannot be read are left out. */
export async function previewImages(
  { images, classNames }: Placement,
  target: Target,
  decoder: ImageDecoder,
  signal: AbortSignal,
): Promise<readonly PreviewImage[]> {
  throwIfCancelled(signal);
  const session = decoder.open();
  const abort = (): void => session.close();
  signal.addEventListener('abort', abort);
  const found: PreviewImage[] = [];
  try {
    const look = (placed: PlacedImage): Promise<PreviewImage | null> => previewOne(session, placed, classNames, target);
    for await (const one of mapInOrder(telling(images), session.inFlight, look)) if (one !== null) found.push(one);
    return found;
  } finally {
    signal.removeEventListener('abort', abort);
    session.close();
  }
}

/** The smallest, the largest, the widest and the tallest, then one of each class in turn. */
function telling(images: readonly PlacedImage[]): readonly PlacedImage[] {
  const best = new Map<string, { readonly placed: PlacedImage; readonly score: number }>();
  const offer = (kind: string, placed: PlacedImage, score: number): void => {
    if (score > (best.get(kind)?.score ?? -Infinity)) best.set(kind, { placed, score });
  };
  const perClass = new Map<number, PlacedImage[]>();
  for (const placed of images) {
    const { height, width } = uprightSize(placed.image);
    offer('smallest', placed, -height * width);
    offer('largest', placed, height * width);
    offer('widest', placed, width / height);
    offer('tallest', placed, height / width);
    const seen = perClass.get(placed.label);
    if (seen === undefined) perClass.set(placed.label, [placed]);
    else if (seen.length < MOST_PREVIEWED) seen.push(placed);
  }
  const chosen = new Set([...best.values()].map(({ placed }) => placed));
  for (let turn = 0; turn < MOST_PREVIEWED; turn++) {
    for (const seen of perClass.values()) {
      const placed = seen[turn];
      if (placed !== undefined && chosen.size < MOST_PREVIEWED) chosen.add(placed);
    }
  }
  return images.filter((placed) => chosen.has(placed));
}

async function previewOne(
  session: DecodeSession,
  { image, split, label }: PlacedImage,
  classNames: readonly string[],
  target: Target,
): Promise<PreviewImage | null> {
  const { channels, inside } = image;
  const size = uprightSize(image);
  const shrunk = Math.max(1, Math.max(size.height, size.width) / PREVIEW_EDGE);
  const own: Target = {
    height: Math.max(1, Math.round(size.height / shrunk)),
    width: Math.max(1, Math.round(size.width / shrunk)),
    channels,
    fit: 'stretch',
    background: target.background.length === channels ? target.background : channels === 1 ? [255] : [255, 255, 255],
  };
  const before = await session.decode(await requestFor(image, own));
  const after = await session.decode(await requestFor(image, target));
  if (!before.ok || !after.ok) return null;
  return {
    origin: inside,
    split,
    className: classNames[label] ?? '',
    before: pixelsOf(own, before.pixels),
    after: pixelsOf(target, after.pixels),
    sourceHeight: size.height,
    sourceWidth: size.width,
  };
}

function pixelsOf({ height, width, channels }: Target, pixels: Uint8Array): PreviewPixels {
  return { height, width, channels, pixels };
}
