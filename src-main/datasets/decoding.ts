/** What an import needs from whoever decodes images; the decoder process keeps this promise. */

import type { ImageKind } from './formats/headerOutcome.ts';
import type { ImageProbe } from './formats/probeImage.ts';
import type { Target } from './convert.ts';
import type { ProbedImage } from './formats/probeImage.ts';

/** One file to decode, as the scan of its header saw it. */
export interface DecodeRequest extends Target {
  /** Absolute path. */
  readonly path: string;
  readonly kind: ImageKind;
  /** Size and time of the scan: a file that differs now was changed while it was imported. */
  readonly bytes: number;
  readonly modifiedMs: number;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
  /** The image itself, where it is no file of its own; `path` then only names it. */
  readonly content?: Uint8Array;
}

/** Pixels, uint8 height x width x channels; or why there are none. */
export type DecodeOutcome =
  | { readonly ok: true; readonly pixels: Uint8Array }
  | { readonly ok: false; readonly reason: string; readonly remedy: string };

/** The request for an image that was looked at, with its bytes where they lie inside another file. */
export async function requestFor(image: ProbedImage, target: Target): Promise<DecodeRequest> {
  const { path, kind, bytes, modifiedMs, orientation, content } = image;
  const request = { path, kind, bytes, modifiedMs, orientation, ...target };
  return content === undefined ? request : { ...request, content: await content() };
}

/** Looks at and decodes the files of one import. */
export interface DecodeSession {
  /** Requests that may wait for their answers at the same time without waste. */
  readonly inFlight: number;
  /**
   * Reads the header of a file.
   * @throws DenseLabError as `decode`.
   */
  probe(path: string): Promise<ImageProbe>;
  /**
   * Never rejects for a bad file, whatever it does to the decoder.
   * @throws DenseLabError when decoding as such is impossible: `runtime-missing`, `runtime-broken`, `cancelled` after `close`.
   */
  decode(request: DecodeRequest): Promise<DecodeOutcome>;
  /** Ends it at once and frees its memory. */
  close(): void;
}

/** Opens sessions; composition roots pass the pool of decoder processes. */
export interface ImageDecoder {
  open(): DecodeSession;
}

/** A decoder whose sessions are all one: an import looks at its files and decodes them in the same processes. */
export interface SharedDecoder extends ImageDecoder {
  /** Ends the session; what a reader closes goes on until then. */
  end(): void;
}

/** @param signal ends the session at once */
export function shareSession(decoder: ImageDecoder, signal: AbortSignal): SharedDecoder {
  let session: DecodeSession | undefined;
  const end = (): void => {
    session?.close();
    signal.removeEventListener('abort', end);
  };
  signal.addEventListener('abort', end);
  return {
    open: () => {
      const shared = (session ??= decoder.open());
      return {
        inFlight: shared.inFlight,
        probe: (path) => shared.probe(path),
        decode: (request) => shared.decode(request),
        close: () => undefined,
      };
    },
    end,
  };
}
