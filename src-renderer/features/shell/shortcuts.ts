import { tinykeys } from 'tinykeys';
import { isBareKey } from '../../state/actions.svelte.ts';
import type { ActionRegistry } from '../../state/actions.svelte.ts';

/** Listens for the shortcuts of all actions. Call it in an effect: it is built anew when the actions change. */
export function bindShortcuts(registry: ActionRegistry): () => void {
  const bindings: Record<string, (event: KeyboardEvent) => void> = {};
  for (const { shortcut } of registry.all) {
    if (shortcut === undefined || shortcut in bindings) continue;
    bindings[shortcut] = (event) => {
      if (isBareKey(shortcut) && takesKeys(event.target)) return;
      if (shortcut === '$mod+z' && takesText(event.target)) return;
      const action = registry.available().find((candidate) => candidate.shortcut === shortcut);
      if (action === undefined) return;
      event.preventDefault();
      action.run();
    };
  }
  return tinykeys(window, bindings, { ignore: (event) => event.defaultPrevented || event.isComposing });
}

/** Whether text is being typed there. */
function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type);
}

/** Whether the element at the focus wants bare letters for itself. */
function takesKeys(target: EventTarget | null): boolean {
  return takesText(target) || target instanceof HTMLSelectElement;
}

/** Moves the focus to the next (or previous) pane: parts marked `data-pane`, in document order. */
export function movePane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
  if (panes.length === 0) return;
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + step + panes.length) % panes.length];
  const first = next?.querySelector<HTMLElement>(
    '[aria-current] , [tabindex="0"], button:not(:disabled), input:not(:disabled), select:not(:disabled)',
  );
  (first ?? next)?.focus();
}
