import type { Action } from '../../state/actions.svelte.ts';
import type { AppState } from '../../state/app.svelte.ts';

/** The term that an element, or what is around it, carries; null for none. */
export function termAt(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>('[data-term]')?.dataset['term'] ?? null) : null;
}

/** Help, from every screen. */
export function helpActions({ sheets, sampleRun }: AppState): readonly Action[] {
  const group = 'help';
  return [
    {
      id: 'help.terms',
      title: 'Terms of the paper',
      group,
      shortcut: 'F1',
      run: () => sheets.explain(termAt(document.activeElement)),
    },
    { id: 'help.keys', title: 'Keys', group, shortcut: 'Shift+?', run: () => sheets.show('keys') },
    { id: 'help.tour', title: 'Show me around', group, run: () => sheets.startTour() },
    {
      id: 'help.sample',
      title: 'Train a sample run: Shapes-10, DenseNet-BC 22 12',
      group,
      when: () => !sampleRun.busy,
      run: () => void sampleRun.start(),
    },
    { id: 'help.log', title: 'Log and diagnostics', group, run: () => sheets.show('log') },
    { id: 'help.about', title: 'About DenseLab', group, run: () => sheets.show('about') },
  ];
}
