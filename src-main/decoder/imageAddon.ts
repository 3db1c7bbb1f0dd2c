/** The addon that decodes common images (`src-main/native/images`), typed, and the one place that loads it. */

import { cacheDirectory, readManifest } from '../tensorflow/locate.ts';

/** Both functions return false for whatever is not common and perfectly in order, and then have written nothing of use. */
export interface ImageAddon {
  /**
   * Reads the header of a file.
   * @param found becomes kind (0 PNG, 1 JPEG), height, width, channels, EXIF orientation, bytes, time of change in milliseconds
   */
  probe(path: string, found: Float64Array): boolean;
  /**
   * Decodes and converts.
   * @param source a path, or the bytes themselves
   * @param request kind, orientation, height, width, channels, fit (0 crop, 1 pad, 2 stretch), three values of the background,
   *   and what the file at the path must still have: bytes, time of change
   * @param pixels becomes height x width x channels
   */
  decode(source: string | Uint8Array, request: Float64Array, pixels: Uint8Array): boolean;
}

const loaded = new Map<string, ImageAddon | null>();

/**
 * Loads it, once per process.
 * @param cache the folder that set-up wrote to
 * @returns null where it was not compiled or does not load: the other ways to decode give the same pixels, more slowly
 */
export function loadImageAddon(cache: string = cacheDirectory()): ImageAddon | null {
  const path = pathIn(cache);
  if (path === null) return null;
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const addon = load(path);
  loaded.set(path, addon);
  return addon;
}

/** Without a manifest nothing was set up; who needs TensorFlow tells that. */
function pathIn(cache: string): string | null {
  try {
    return readManifest(cache).images?.path ?? null;
  } catch {
    return null;
  }
}

function load(path: string): ImageAddon | null {
  const addon = { exports: {} };
  try {
    process.dlopen(addon, path);
  } catch {
    return null;
  }
  return isImageAddon(addon.exports) ? addon.exports : null;
}

function isImageAddon(addon: object): addon is ImageAddon {
  const isFunction = (name: string): boolean => typeof Reflect.get(addon, name) === 'function';
  return Reflect.get(addon, 'available') === true && isFunction('probe') && isFunction('decode');
}
