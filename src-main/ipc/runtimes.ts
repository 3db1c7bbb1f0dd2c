/** Answers about the TensorFlow runtime of the installed app. */

import type { RuntimeDesk } from '../runtime/desk.ts';
import type { Handlers } from './register.ts';

/** Handlers of `runtime/*`. @param choose the system's dialog for one file; null when it was closed */
export function runtimeHandlers(desk: RuntimeDesk, choose: () => Promise<string | null>) {
  return {
    'runtime/show': () => desk.show(),
    'runtime/choose': () => choose(),
    'runtime/install': ({ wheel, rehash }) => {
      desk.install(wheel, rehash);
      return null;
    },
    'runtime/cancel': () => {
      desk.cancel();
      return null;
    },
    'runtime/remove': async ({ folder }) => {
      await desk.remove(folder);
      return null;
    },
  } satisfies Partial<Handlers>;
}
