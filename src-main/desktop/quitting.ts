/** Leaving: asks once while a run is training, then ends every part, within a bounded time. */

import { app, dialog } from 'electron';
import type { BrowserWindow } from 'electron';

/** Milliseconds that ending may take: a training step and a checkpoint fit well. */
const PATIENCE = 45_000;

/** What leaving depends on. */
export interface QuittingParts {
  readonly window: () => BrowserWindow | null;
  /** Name of the run that trains; null when none does. */
  readonly training: () => string | null;
  /** Stops the training with a checkpoint and closes every store. */
  readonly shutDown: () => Promise<void>;
}

/**
 * Takes over the app's quit events: nothing of Electron's own leaving begins before every part has ended, since it would end
 * the worker without its checkpoint. SIGTERM and SIGINT leave without a question.
 * @returns a function that makes closing a window a way of leaving
 */
export function manageQuitting(parts: QuittingParts): (window: BrowserWindow) => void {
  let leaving: 'no' | 'asking' | 'ending' | 'over' = 'no';
  const end = async (): Promise<void> => {
    leaving = 'ending';
    await within(parts.shutDown(), PATIENCE);
    leaving = 'over';
    app.quit();
  };
  const leave = async (): Promise<void> => {
    if (leaving !== 'no') return;
    leaving = 'asking';
    if (await mayLeave(parts)) await end();
    else leaving = 'no';
  };
  app.on('before-quit', (event) => {
    if (leaving === 'over') return;
    event.preventDefault();
    void leave();
  });
  app.on('window-all-closed', () => app.quit());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (leaving === 'no' || leaving === 'asking') void end();
    });
  }
  return (window) => {
    window.on('close', (event) => {
      if (leaving === 'over') return;
      event.preventDefault();
      void leave();
    });
  };
}

async function mayLeave({ training, window }: QuittingParts): Promise<boolean> {
  const name = training();
  if (name === null) return true;
  const question = {
    type: 'question' as const,
    message: `${name} is still training`,
    detail: 'It keeps a checkpoint of this moment and is shown as stopped; finished epochs are safe.',
    buttons: ['Stop and quit', 'Keep training'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  };
  const parent = window();
  const { response } = await (parent === null
    ? dialog.showMessageBox(question)
    : dialog.showMessageBox(parent, question));
  return response === 0;
}

async function within(work: Promise<void>, milliseconds: number): Promise<void> {
  await Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, milliseconds))]);
}
