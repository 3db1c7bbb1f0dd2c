import { z } from 'zod';
import { givenName } from '../experiments/runRequest.ts';
import { FIGURE_FORMATS, MOST_FIGURE_BYTES } from '../contract/requests.ts';

/** What the window draws, as a file: an array for NumPy, and nothing else, has a shape. */
export const figureToSave = z
  .strictObject({
    format: z.enum(FIGURE_FORMATS),
    name: givenName,
    content: z
      .instanceof(Uint8Array)
      .refine(({ length }) => length > 0 && length <= MOST_FIGURE_BYTES, 'a figure has 1 byte to 64 MB'),
    shape: z.array(z.number().int().min(1)).min(1).max(4).exactOptional(),
  })
  .refine(
    ({ format, content, shape }) =>
      format === 'npy' ? shape?.reduce((product, edge) => product * edge, 4) === content.length : shape === undefined,
    'the float32 values of an array fill its shape, and only an array has one',
  );
