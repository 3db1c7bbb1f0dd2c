/** What reading the header of an image file comes to. */

/** Kinds of image files that are decoded. */
export type ImageKind = 'png' | 'jpeg' | 'webp' | 'bmp' | 'gif';

/** What a kind is called. */
export const IMAGE_KIND_WORDS: Readonly<Record<ImageKind, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  bmp: 'BMP',
  gif: 'GIF',
};

/** An image that can be decoded, as far as its header tells. */
export interface ImageHeader {
  readonly kind: ImageKind;
  /** As stored, before the EXIF orientation is applied. */
  readonly height: number;
  readonly width: number;
  /** 1 only for images that are stored as grey; a colour image without colours counts as 3. */
  readonly channels: 1 | 3;
  /** EXIF orientation, 1 to 8; 1 when there is none. */
  readonly orientation: number;
}

/** A header, or why the file is left out. */
export type HeaderOutcome =
  | { readonly ok: true; readonly header: ImageHeader }
  | { readonly ok: false; readonly reason: string; readonly remedy: string };

/** Reads bytes at a position; fewer where the file ends. */
export type ReadAt = (position: number, length: number) => Promise<Uint8Array>;

/** The outcome of a file that is left out. */
export function refuse(reason: string, remedy: string): HeaderOutcome {
  return { ok: false, reason, remedy };
}

/** The outcome of a file that ends inside its header. */
export function truncatedImage(kind: string): HeaderOutcome {
  return refuse(`Truncated ${kind}: it ends inside its header`, 'Copy or export it again');
}

/** The outcome of a file whose header contradicts itself. */
export function corruptImage(what: string): HeaderOutcome {
  return refuse(`Corrupt ${what}`, 'Copy or export it again');
}
