import { toFailure } from '../../../src-main/contract/errors.ts';
import type { RunSummary } from '../../../src-main/contract/run.ts';
import { shortcutKeys } from '../../state/actions.svelte.ts';
import type { Action } from '../../state/actions.svelte.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { isActive } from '../../state/runProgress.ts';
import { formatPlural } from '../../ui/format.ts';
import type { MenuItem } from '../../ui/menuItem.ts';
import { isResumable } from './runWords.ts';

/** What can be done with a run. `rename` begins to edit its name. */
export function runActions(
  app: AppState,
  run: () => RunSummary | null,
  rename: (id: number) => void,
): readonly Action[] {
  const withRun = (work: (run: RunSummary) => void) => (): void => {
    const current = run();
    if (current !== null) work(current);
  };
  return [
    ...trainingActions(app, run, withRun),
    {
      id: 'run.duplicate',
      title: 'Duplicate and edit the run',
      group: 'runs',
      shortcut: 'd',
      // What trained a log or bare weights is not known.
      when: () => hasRecipe(run()),
      run: withRun(({ id }) => void duplicate(app, id)),
    },
    compareAction(app, run),
    {
      id: 'run.inspect',
      title: 'Look into the network of the run',
      group: 'runs',
      when: () => hasNetwork(run()),
      run: withRun(({ id }) => {
        app.navigation.go('inspect');
        void app.inspector.open([id]);
      }),
    },
    ...keepingActions(app, run),
    {
      id: 'run.rename',
      title: 'Rename the run',
      group: 'runs',
      shortcut: 'F2',
      when: () => run() !== null,
      run: withRun(({ id }) => rename(id)),
    },
    {
      id: 'run.folder',
      title: 'Show the folder of the run',
      group: 'runs',
      when: () => run() !== null,
      run: withRun(({ id }) => showFolder(app, id)),
    },
    {
      id: 'run.remove',
      title: 'Delete the run',
      group: 'runs',
      shortcut: 'Delete',
      when: () => run() !== null && !isLive(run()),
      run: withRun(({ id }) => void app.runs.remove(id)),
    },
  ];
}

/** The same as a context menu; `move` asks for a folder. */
export function runMenu(
  app: AppState,
  run: RunSummary,
  rename: (id: number) => void,
  move: (runs: readonly RunSummary[]) => void,
): readonly MenuItem[] {
  const items = runActions(app, () => run, rename).map((action) => ({
    title: action.title.replace(/ (of )?the run$/, ''),
    kbd: shortcutKeys(action.shortcut, app.settings.mac),
    disabled: !(action.when?.() ?? true),
    run: action.run,
  }));
  return [...items, { title: 'Move to a folder', run: () => move([run]) }];
}

/** What can be done with all runs of a group at once. */
export function groupMenu(
  app: AppState,
  runs: readonly RunSummary[],
  move: (runs: readonly RunSummary[]) => void,
): readonly MenuItem[] {
  const failed = runs.filter(({ status }) => status === 'failed').length;
  const waiting = runs.filter(({ status }) => status === 'queued').map(({ id }) => id);
  const unpicked = runs.filter(({ id }) => !app.comparison.has(id));
  return [
    {
      title: `Retry ${formatPlural(failed, 'failed run')}`,
      disabled: failed === 0,
      run: () => void app.runs.retry(runs),
    },
    {
      title: `Take ${formatPlural(waiting.length, 'waiting run')} out of the queue`,
      disabled: waiting.length === 0,
      run: () => void app.queue.remove(waiting),
    },
    {
      title: 'Pick all for comparing',
      disabled: unpicked.length === 0,
      run: () => unpicked.forEach(({ id }) => app.comparison.toggle(id)),
    },
    { title: 'Move all to a folder', run: () => move(runs) },
  ];
}

/** Stop, pause and resume. */
function trainingActions(
  app: AppState,
  run: () => RunSummary | null,
  withRun: (work: (run: RunSummary) => void) => () => void,
): readonly Action[] {
  const active = (): boolean => isLive(run());
  const resumable = (): boolean => {
    const current = run();
    return current !== null && isResumable(current.status) && !app.runs.resuming.has(current.id);
  };
  return [
    {
      id: 'run.stop',
      title: 'Stop the run',
      group: 'runs',
      when: active,
      run: withRun(({ id }) => void app.runs.stop(id)),
    },
    {
      id: 'run.resume',
      title: 'Resume the run',
      group: 'runs',
      shortcut: 'r',
      when: resumable,
      run: withRun(({ id }) => void app.runs.resume(id)),
    },
    {
      id: 'run.pause',
      title: 'Pause the run',
      group: 'runs',
      shortcut: 'p',
      when: active,
      run: withRun(({ id }) => void app.runs.pause(id)),
    },
  ];
}

function isLive(run: RunSummary | null): boolean {
  return run !== null && isActive(run.status);
}

function compareAction(app: AppState, run: () => RunSummary | null): Action {
  return {
    id: 'run.compare',
    title: 'Compare the run',
    group: 'runs',
    shortcut: 'c',
    when: () => run() !== null,
    run: () => {
      const current = run();
      if (current !== null) app.comparison.toggle(current.id);
    },
  };
}

/** Star and archive: shown as what they would do. */
function keepingActions(app: AppState, run: () => RunSummary | null): readonly Action[] {
  const toggle = (
    id: string,
    flag: 'starred' | 'archived',
    titles: readonly [string, string],
    shortcut: string,
  ): Action => ({
    id,
    title: run()?.[flag] === true ? titles[1] : titles[0],
    group: 'runs',
    shortcut,
    when: () => run() !== null,
    run: () => {
      const current = run();
      if (current !== null) void app.runs.annotate(current.id, { [flag]: !current[flag] });
    },
  });
  return [
    toggle('run.star', 'starred', ['Star the run', 'Take the star off the run'], 's'),
    toggle('run.archive', 'archived', ['Archive the run', 'Bring the run back from the archive'], 'e'),
  ];
}

/** Whether there are weights to look into: of an epoch, or imported; a log has none. */
export function hasNetwork(run: RunSummary | null): boolean {
  return run !== null && run.origin !== 'log' && (run.epochsDone > 0 || run.status === 'imported');
}

/** Whether everything is known that a new run like this one needs. */
export function hasRecipe(run: RunSummary | null): boolean {
  return run !== null && run.origin !== 'log' && run.origin !== 'weights';
}

/** Opens the form of a new run with everything that this one was made of. */
async function duplicate(app: AppState, id: number): Promise<void> {
  try {
    const { taken, note } = app.trainDraft.take(await app.client.request('runs/show', { id }));
    if (note !== null) app.toasts.show({ message: note });
    if (taken) app.navigation.go('train');
  } catch (thrown) {
    const { message, action } = toFailure(thrown);
    app.toasts.show({ message: `${message} ${action}` });
  }
}

function showFolder(app: AppState, id: number): void {
  app.client
    .request('app/showPath', { path: { run: id } })
    .catch((thrown: unknown) => app.toasts.show({ message: toFailure(thrown).message }));
}
