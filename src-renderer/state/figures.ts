import { toFailure } from '../../src-main/contract/errors.ts';
import type { FigureToSave } from '../../src-main/contract/requests.ts';
import type { Client } from '../bridge/client.ts';
import type { NumberArray } from '../drawing/numberArray.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Writes a picture, a table or numbers; `make` gives null where there is nothing to write. */
export type SaveFigure = (
  name: string,
  format: FigureToSave['format'],
  make: () => Promise<Uint8Array | NumberArray | null>,
) => Promise<void>;

/** Makes what writes pictures, tables and numbers where a person says, and tells what came of it. */
export function figureSaver(client: Client, toasts: ToastState): SaveFigure {
  return async (name, format, make) => {
    try {
      const made = await make();
      if (made === null) return;
      const content = 'shape' in made ? contentOf(made) : { content: made };
      const { path } = await client.request('figures/save', { format, name, ...content });
      if (path !== null) toasts.show({ message: `Wrote ${path}.` });
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      toasts.show({ message: `${message} ${action}` });
    }
  };
}

function contentOf({ values, shape }: NumberArray): Pick<FigureToSave, 'content' | 'shape'> {
  return { content: new Uint8Array(values.buffer, values.byteOffset, values.byteLength), shape };
}
