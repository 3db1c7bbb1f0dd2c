/** What can be done with runs that wait, and how the queue is told in words. */

import { QUEUE_PRIORITIES, type QueueEntry } from '../../../src-main/contract/queue.ts';
import { shortcutKeys, type Action } from '../../state/actions.svelte.ts';
import type { AppState } from '../../state/app.svelte.ts';
import type { QueueStore } from '../../state/queue.svelte.ts';
import { formatDuration, formatNumber } from '../../ui/format.ts';
import type { MenuItem } from '../../ui/menuItem.ts';

/** `3 waiting, 1 h 48 min`, and whether it stands still. */
export function queueWords({ state, time }: QueueStore): string {
  const parts = [
    state.paused ? 'paused' : '',
    `${formatNumber(state.entries.length)} waiting`,
    time.seconds > 0 ? `${time.unknown > 0 ? 'more than ' : ''}${formatDuration(time.seconds)} left` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** What can be done with the queue as a whole. */
export function queueActions(app: AppState): readonly Action[] {
  const { queue, runs } = app;
  return [
    {
      id: 'queue.pause',
      title: queue.state.paused ? 'Go on with the queue' : 'Pause the queue',
      group: 'queue',
      run: () => void queue.setPaused(!queue.state.paused),
    },
    {
      id: 'queue.empty',
      title: 'Take all waiting runs out of the queue',
      group: 'queue',
      when: () => queue.state.entries.length > 0,
      run: () => void queue.remove(queue.state.entries.map(({ id }) => id)),
    },
    {
      id: 'queue.retry',
      title: 'Retry all failed runs',
      group: 'queue',
      when: () => runs.rows.some(({ status }) => status === 'failed'),
      run: () => void runs.retry(runs.rows),
    },
  ];
}

/** What can be done with one that waits. */
export function queueMenu(app: AppState, entry: QueueEntry): readonly MenuItem[] {
  const { queue, settings } = app;
  const { entries } = queue.state;
  const at = entries.findIndex(({ id }) => id === entry.id);
  const keys = (key: string): readonly string[] => ['Alt', ...shortcutKeys(key, settings.mac)];
  return [
    { title: 'Move up', kbd: keys('ArrowUp'), disabled: at <= 0, run: () => void queue.step(entry.id, 'up') },
    {
      title: 'Move down',
      kbd: keys('ArrowDown'),
      disabled: at === entries.length - 1,
      run: () => void queue.step(entry.id, 'down'),
    },
    {
      title: 'Train it next',
      disabled: at <= 0,
      run: () => void queue.move(entry.id, entries[0]?.id ?? null),
    },
    ...QUEUE_PRIORITIES.map((priority) => ({
      title: `Priority ${priority}`,
      disabled: priority === entry.priority,
      run: () => void queue.prioritise([entry.id], priority),
    })),
    {
      title: 'Take it out of the queue',
      kbd: shortcutKeys('Delete', settings.mac),
      run: () => void queue.remove([entry.id]),
    },
  ];
}
