import { toFailure } from '../../../src-main/contract/errors.ts';
import type { AppInfo } from '../../../src-main/contract/requests.ts';
import type { Action } from '../../state/actions.svelte.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { SCREENS, SCREEN_TITLES } from '../../state/navigation.svelte.ts';

/** What the frame itself does. */
export interface FrameCommands {
  readonly openPalette: () => void;
  readonly movePane: (step: 1 | -1) => void;
}

/** What can be done from every screen. */
export function frameActions(app: AppState, frame: FrameCommands): readonly Action[] {
  return [
    { id: 'palette', title: 'Search or run a command', shortcut: '$mod+k', hidden: true, run: frame.openPalette },
    ...SCREENS.map((screen, index) => ({
      id: `go.${screen}`,
      title: `Go to ${SCREEN_TITLES[screen]}`,
      shortcut: `$mod+${index + 1}`,
      run: () => app.navigation.go(screen),
    })),
    { id: 'run.new', title: 'New run', group: 'train', shortcut: 'n', run: () => app.navigation.go('train') },
    ...datasetActions(app),
    ...importActions(app),
    {
      id: 'undo',
      title: 'Undo',
      shortcut: '$mod+z',
      when: () => app.toasts.current?.undo !== undefined,
      run: () => app.toasts.undo(),
    },
    ...themeActions(app),
    {
      id: 'readout.speak',
      title: 'Speak the read-out line',
      shortcut: 'i',
      hidden: true,
      run: () => app.readout.speak(),
    },
    { id: 'pane.next', title: 'Next pane', shortcut: 'F6', hidden: true, run: () => frame.movePane(1) },
    { id: 'pane.previous', title: 'Previous pane', shortcut: 'Shift+F6', hidden: true, run: () => frame.movePane(-1) },
  ];
}

function datasetActions(app: AppState): readonly Action[] {
  const add = (id: string, title: string, work: () => Promise<void>): Action => ({
    id,
    title,
    group: 'datasets',
    run: () => {
      app.navigation.go('datasets');
      void work();
    },
  });
  return [
    { ...add('dataset.addFolder', 'Add a folder of images…', () => app.imports.choose('folder')), shortcut: '$mod+o' },
    add('dataset.addFiles', 'Add files…', () => app.imports.choose('files')),
    add('dataset.addSample', 'Make the Shapes-10 sample', () => app.imports.addSample()),
  ];
}

function importActions(app: AppState): readonly Action[] {
  const add = (id: string, title: string, kind: 'folder' | 'files'): Action => ({
    id,
    title,
    group: 'runs',
    run: () => {
      app.navigation.go('runs');
      void app.runFiles.choose(kind);
    },
  });
  return [
    add('run.importFiles', 'Import runs: bundles, event files, CSV logs…', 'files'),
    add('run.importFolder', 'Import runs: a folder of logs…', 'folder'),
  ];
}

function themeActions(app: AppState): readonly Action[] {
  const theme = (name: AppInfo['theme'], title: string): Action => ({
    id: `theme.${name}`,
    title,
    group: 'theme',
    when: () => app.settings.info?.theme !== name,
    run: () => {
      app.settings.setTheme(name).catch((thrown: unknown) => app.toasts.show({ message: toFailure(thrown).message }));
    },
  });
  return [theme('system', 'Theme: as the desktop'), theme('light', 'Theme: light'), theme('dark', 'Theme: dark')];
}
