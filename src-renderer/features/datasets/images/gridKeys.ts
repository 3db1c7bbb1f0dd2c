/** What keys and clicks mean in the image grid, apart from where they lead. */

/** How a move or a click changes the selection. */
export type SelectionGesture = 'only' | 'toggle' | 'range';

/** A click: alone it selects one image, with Ctrl (Command) one more or less, with Shift all up to it. */
export function clickGesture(event: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): SelectionGesture {
  if (event.shiftKey) return 'range';
  return event.ctrlKey || event.metaKey ? 'toggle' : 'only';
}

/** A key that does something with the selection; null for any other. */
export function selectionKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
): 'toggle' | 'all' | 'clear' | 'exclude' | null {
  const command = event.ctrlKey || event.metaKey;
  if (event.key === ' ') return 'toggle';
  if (command && event.key.toLowerCase() === 'a') return 'all';
  if (command) return null;
  if (event.key === 'Escape') return 'clear';
  return event.key === 'Delete' || event.key === 'Backspace' ? 'exclude' : null;
}
