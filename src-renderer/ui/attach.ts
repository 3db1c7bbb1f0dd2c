import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';

/** Sets left and top in pixels, kept inside the window; the strict CSP allows no style attributes. */
export function placeAt(x: number, y: number): Attachment<HTMLElement> {
  return (node) => {
    const { offsetWidth, offsetHeight } = node;
    node.style.setProperty('left', `${Math.max(4, Math.min(x, innerWidth - offsetWidth - 4))}px`);
    node.style.setProperty('top', `${Math.max(4, Math.min(y, innerHeight - offsetHeight - 4))}px`);
  };
}

const FOCUSABLE =
  'button:not(:disabled), [href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/** Keeps Tab inside a layer, gives its first part (or the one marked `data-autofocus`) the focus, and gives it back at the end. */
export function holdFocus(node: HTMLElement): () => void {
  const before = document.activeElement;
  const parts = (): readonly HTMLElement[] => [...node.querySelectorAll<HTMLElement>(FOCUSABLE)];
  (node.querySelector<HTMLElement>('[data-autofocus]') ?? parts()[0] ?? node).focus();

  function cycle(event: KeyboardEvent): void {
    if (event.key !== 'Tab') return;
    const all = parts();
    const edge = event.shiftKey ? all[0] : all[all.length - 1];
    if (document.activeElement !== edge && node.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? all[all.length - 1] : all[0])?.focus();
  }
  node.addEventListener('keydown', cycle);
  return () => {
    node.removeEventListener('keydown', cycle);
    // What lies below is inert until the update that took the layer away is done.
    void tick().then(() => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  };
}

/** Gives an element the focus and selects its text, once it is there. */
export function focusAndSelect(node: HTMLInputElement): void {
  node.focus();
  node.select();
}
