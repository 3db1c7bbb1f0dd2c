import { toFailure } from '../../../src-main/contract/errors.ts';
import type { AppSettings } from '../../../src-main/contract/settings.ts';
import type { Action } from '../../state/actions.svelte.ts';
import type { AppState } from '../../state/app.svelte.ts';

/** Settings, from every screen: the sheet, and each choice as a command. */
export function settingsActions({ settings, sheets, toasts }: AppState): readonly Action[] {
  const group = 'settings';
  const choose = (change: Partial<AppSettings>) => (): void => {
    settings.choose(change).catch((thrown: unknown) => toasts.show({ message: toFailure(thrown).message }));
  };
  const { keepAwake, notifications } = settings.choices;
  return [
    { id: 'settings', title: 'Settings', group, shortcut: '$mod+,', run: () => sheets.show('settings') },
    {
      id: 'settings.awake',
      title: keepAwake ? 'Let the computer sleep while training' : 'Keep the computer awake while training',
      group,
      run: choose({ keepAwake: !keepAwake }),
    },
    {
      id: 'settings.notify',
      title: notifications ? 'Do not tell when runs end' : 'Tell when runs end',
      group,
      run: choose({ notifications: !notifications }),
    },
  ];
}
