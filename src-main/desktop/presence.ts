/** What the desktop sees of a training while nobody looks at the window: no sleep, a bar in the taskbar, a notification. */

import type { AppSettings } from '../contract/settings.ts';
import type { RunEvent, TrainerEnding } from '../contract/events.ts';
import type { RunSummary } from '../contract/run.ts';

/** What it does to the desktop, and what it asks. */
export interface PresenceParts {
  readonly settings: () => AppSettings;
  readonly run: (id: number) => RunSummary;
  /** Whether somebody looks at the window. */
  readonly isFocused: () => boolean;
  /** Keeps the computer awake; returns the function that ends this. */
  readonly stayAwake: () => () => void;
  readonly notify: (title: string, body: string, run: number) => void;
  /** A share from 0 to 1; 2 for unknown, -1 for no bar. */
  readonly showProgress: (share: number) => void;
}

/** Milliseconds between two changes of the bar. */
const INTERVAL = 500;
/** As Electron's `setProgressBar` has it. */
const BAR = { none: -1, unknown: 2 } as const;

/** Follows the events of all runs. */
export class TrainingPresence {
  readonly #parts: PresenceParts;
  #letSleep: (() => void) | null = null;
  #active = false;
  #shownAt = -Infinity;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** One event of the run that trains. */
  event(event: RunEvent): void {
    const ending = event.event === 'finished' || event.event === 'stopped' || event.event === 'failed';
    if (this.#active === ending) this.#setActive(!ending);
    if (event.event === 'steps') this.#progress(event.run, event.steps.at(-1)?.step ?? 0);
    if (event.event === 'preparing') this.#parts.showProgress(BAR.unknown);
    if (ending) this.#announce(event);
  }

  /** The settings have changed. */
  settingsChanged(): void {
    const wanted = this.#active && this.#parts.settings().keepAwake;
    if (wanted) {
      this.#letSleep ??= this.#parts.stayAwake();
      return;
    }
    this.#letSleep?.();
    this.#letSleep = null;
  }

  #setActive(active: boolean): void {
    this.#active = active;
    this.settingsChanged();
    if (!active) this.#parts.showProgress(BAR.none);
  }

  #progress(id: number, step: number): void {
    const now = performance.now();
    if (now - this.#shownAt < INTERVAL) return;
    this.#shownAt = now;
    const { epochs, stepsPerEpoch } = this.#parts.run(id);
    const all = epochs * stepsPerEpoch;
    this.#parts.showProgress(all > 0 ? Math.min(1, step / all) : BAR.unknown);
  }

  /** A run that a person has stopped is no news. */
  #announce(event: TrainerEnding & Pick<RunEvent, 'run'>): void {
    const reason = event.event === 'stopped' ? event.reason : null;
    if (reason === undefined || !this.#parts.settings().notifications || this.#parts.isFocused()) return;
    const { name } = this.#parts.run(event.run);
    if (event.event === 'finished')
      this.#parts.notify(`${name} has finished`, `Test accuracy ${percent(event.test.accuracy)}`, event.run);
    else if (event.event === 'failed') this.#parts.notify(`${name} failed`, event.error.message, event.run);
    else this.#parts.notify(`${name} is paused`, reason?.message ?? '', event.run);
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
