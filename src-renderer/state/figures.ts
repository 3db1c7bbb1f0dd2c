import { toFailure } from '../../src-main/contract/errors.ts';
import type { FigureToSave } from '../../src-main/contract/requests.ts';
import type { Client } from '../bridge/client.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Writes a chart or a table; `make` gives null where there is nothing to write. */
export type SaveFigure = (
  name: string,
  format: FigureToSave['format'],
  make: () => Promise<Uint8Array | null>,
) => Promise<void>;

/** Makes what writes charts and tables where a person says, and tells what came of it. */
export function figureSaver(client: Client, toasts: ToastState): SaveFigure {
  return async (name, format, make) => {
    try {
      const content = await make();
      if (content === null) return;
      const { path } = await client.request('figures/save', { format, name, content });
      if (path !== null) toasts.show({ message: `Wrote ${path}.` });
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      toasts.show({ message: `${message} ${action}` });
    }
  };
}
