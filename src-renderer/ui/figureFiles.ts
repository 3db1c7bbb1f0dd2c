/** Files of a drawing. */

import fontFile from '@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2?url';
import type { Figure } from './figure.ts';

/** Pixels of a PNG for one of the page. */
const SCALE = 2;

/** The drawing as SVG with its font inside, UTF-8. @throws when the font cannot be read */
export async function svgFile({ svg }: Figure): Promise<Uint8Array> {
  return new TextEncoder().encode(svg.replace('</title>', `</title>\n<style>${await fontFace()}</style>`));
}

/** The drawing as PNG, twice as many pixels as on the page. @throws when it cannot be drawn */
export async function pngFile(figure: Figure): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;base64,${base64(await svgFile(figure))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = figure.width * SCALE;
  canvas.height = figure.height * SCALE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (blob === null) throw new Error('the drawing is too large for an image');
  return new Uint8Array(await blob.arrayBuffer());
}

async function fontFace(): Promise<string> {
  const font = new Uint8Array(await (await fetch(fontFile)).arrayBuffer());
  const source = `url(data:font/woff2;base64,${base64(font)}) format('woff2')`;
  return `@font-face{font-family:'Plex';font-weight:100 700;src:${source}}`;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
