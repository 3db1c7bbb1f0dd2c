import { untrack } from 'svelte';

/** Something that a person can do, told once: buttons, menus, shortcuts and the command palette all read it from here. */
export interface Action {
  readonly id: string;
  /** As a command: `New run`, `Go to Engine`. */
  readonly title: string;
  /** Where it belongs, shown at the right in the palette. */
  readonly group?: string;
  /** In tinykeys' words: `$mod+k`, `n`, `Delete`. Single letters act only outside fields. */
  readonly shortcut?: string;
  /** Whether it can be done now; always when absent. */
  readonly when?: () => boolean;
  readonly run: () => void;
  /** Left out of the palette: moves inside a list, say. */
  readonly hidden?: boolean;
}

/** All actions of the window: those of the frame, and those of the screen that is shown. */
export class ActionRegistry {
  #sets: readonly (readonly Action[])[] = $state.raw([]);

  /** Every action, in the order of registration. */
  readonly all: readonly Action[] = $derived(this.#sets.flat());

  /** Adds actions, in an effect as a rule; returns the function that takes them away again. */
  register(actions: readonly Action[]): () => void {
    this.#sets = [...untrack(() => this.#sets), actions];
    return () => {
      this.#sets = this.#sets.filter((other) => other !== actions);
    };
  }

  /** Those that can be done now. */
  available(): readonly Action[] {
    return this.all.filter((action) => action.when?.() ?? true);
  }

  /** Does the action of that name if it can be done now; returns whether it was. */
  run(id: string): boolean {
    const action = this.available().find((candidate) => candidate.id === id);
    action?.run();
    return action !== undefined;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  Delete: 'Del',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** The caps of a shortcut as this platform writes them: `$mod+Enter` is Ctrl, Enter (⌘, Enter on a Mac). */
export function shortcutKeys(shortcut: string | undefined, mac: boolean): readonly string[] {
  if (shortcut === undefined) return [];
  return shortcut.split('+').map((part) => {
    if (part === '$mod') return mac ? '⌘' : 'Ctrl';
    return NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

/** Whether a shortcut is a bare key, which a field needs for itself. */
export function isBareKey(shortcut: string): boolean {
  return !shortcut.includes('$mod') && !shortcut.includes('Control') && !/^F\d+$/.test(shortcut);
}
