/** Maps of a layer as files: the numbers for NumPy, a picture, and statistics. */

import type { FeatureMaps, SeenImage } from '../contract/inspect.ts';
import { npyHeader } from '../datasets/exporting/npy.ts';
import { encodePng } from '../datasets/exporting/png.ts';
import { viridis } from './viridis.ts';

/** Pixels of the picture between two maps. */
const GAP = 2;
/** Maps are enlarged by whole numbers until they are about so wide. */
const COMFORTABLE = 48;
/** What lies between maps. */
const BACKGROUND = 255;

/** One file. */
export interface MapFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the statistics say besides those of the maps. */
export interface MapFileFacts {
  readonly run: number;
  readonly network: string;
  readonly image: Pick<SeenImage, 'conversion' | 'label' | 'predicted' | 'probabilities'>;
  readonly classNames: readonly string[];
}

/** `block2-layer5-relu1.npy` (float32, height x width x maps), `.png` (a grid on one scale) and `.json`. */
export async function mapFiles(maps: FeatureMaps, facts: MapFileFacts): Promise<readonly MapFile[]> {
  const name = maps.layer.replaceAll('/', '-');
  const picture = pictureOf(maps);
  const { height, width } = picture;
  return [
    { name: `${name}.npy`, bytes: npyOf(maps) },
    { name: `${name}.png`, bytes: await encodePng(picture.pixels, { height, width, channels: 3 }) },
    { name: `${name}.json`, bytes: Buffer.from(`${JSON.stringify(statisticsOf(maps, facts, picture), null, 2)}\n`) },
  ];
}

function npyOf({ values, height, width, maps }: FeatureMaps): Uint8Array {
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([npyHeader('<f4', [height, width, maps]), data]);
}

interface Picture {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** Maps beside each other, and pixels per value. */
  readonly columns: number;
  readonly enlarged: number;
}

/** All maps on one scale, from the smallest value of the layer to the largest, in the order of the maps. */
function pictureOf({ values, height, width, maps, overall }: FeatureMaps): Picture {
  const enlarged = Math.max(1, Math.round(COMFORTABLE / width));
  const columns = Math.ceil(Math.sqrt(maps));
  const [across, down] = [width * enlarged + GAP, height * enlarged + GAP];
  const whole = { width: columns * across - GAP, height: Math.ceil(maps / columns) * down - GAP };
  const pixels = new Uint8Array(whole.width * whole.height * 3).fill(BACKGROUND);
  const range = overall.most - overall.least;
  for (let map = 0; map < maps; map++) {
    const [left, top] = [(map % columns) * across, Math.floor(map / columns) * down];
    for (let y = 0; y < height * enlarged; y++) {
      for (let x = 0; x < width * enlarged; x++) {
        const value = values[(Math.floor(y / enlarged) * width + Math.floor(x / enlarged)) * maps + map] ?? 0;
        pixels.set(viridis(range > 0 ? (value - overall.least) / range : 0), ((top + y) * whole.width + left + x) * 3);
      }
    }
  }
  return { pixels, ...whole, columns, enlarged };
}

function statisticsOf(
  { layer, epoch, height, width, maps, statistics, overall }: FeatureMaps,
  { run, network, image, classNames }: MapFileFacts,
  { columns, enlarged }: Picture,
): object {
  const predicted = {
    class: classNames[image.predicted] ?? String(image.predicted),
    probabilities: image.probabilities,
  };
  return {
    run,
    network,
    epoch,
    layer,
    shape: [height, width, maps],
    image: { conversion: image.conversion, label: image.label === null ? null : classNames[image.label], predicted },
    overall,
    maps: Object.fromEntries(Object.entries(statistics).map(([name, numbers]) => [name, Array.from(numbers)])),
    picture: { colours: 'viridis', scale: 'shared', least: overall.least, most: overall.most, columns, enlarged },
  };
}
