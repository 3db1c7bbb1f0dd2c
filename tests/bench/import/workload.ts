/** What the import bench imports. */

/** One source, the same files for everybody. */
export interface ImportCase {
  readonly id: string;
  readonly name: string;
  readonly images: number;
  /** Edge of what is stored. */
  readonly edge: number;
  /** How the files are made: different pictures, their height and width, their ending; null for IDX. */
  readonly files: readonly [different: number, height: number, width: number, ending: 'png' | 'jpg'] | null;
  /** Whether PyTorch and Keras read it as well. */
  readonly hasPeers: boolean;
  readonly rounds: number;
}

/** All sources; the last is there for memory and pauses. */
export const CASES: readonly ImportCase[] = [
  { id: 'idx', name: '60,000 IDX images, 28x28', images: 60_000, edge: 28, files: null, hasPeers: false, rounds: 3 },
  {
    id: 'png32',
    name: '15,000 PNG files, 32x32',
    images: 15_000,
    edge: 32,
    files: [3000, 32, 32, 'png'],
    hasPeers: true,
    rounds: 3,
  },
  {
    id: 'png128',
    name: '4,000 PNG files, 128x128 to 64x64',
    images: 4000,
    edge: 64,
    files: [500, 128, 128, 'png'],
    hasPeers: true,
    rounds: 3,
  },
  {
    id: 'jpeg',
    name: '4,000 JPEG files, 500x375 to 64x64',
    images: 4000,
    edge: 64,
    files: [300, 375, 500, 'jpg'],
    hasPeers: true,
    rounds: 3,
  },
  {
    id: 'many',
    name: '100,000 PNG files, 32x32',
    images: 100_000,
    edge: 32,
    files: [3000, 32, 32, 'png'],
    hasPeers: false,
    rounds: 1,
  },
];

/** What a contender is asked. */
export interface ImportTask {
  readonly id: string;
  readonly folder: string;
  readonly edge: number;
}

/** What it answers. */
export interface ImportAnswer {
  readonly id: string;
  readonly seconds: number;
  readonly images: number;
  readonly version: string;
  /** Longest that DenseLab's own process did nothing else, in milliseconds; absent for peers. */
  readonly pauseMilliseconds?: number;
}
