/** A sentence that goes away by itself, with the way back. */
export interface Toast {
  readonly message: string;
  /** The way back, while the toast is there. */
  readonly undo?: () => void;
  /** What may come next. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

const LIFETIME_MS = 8000;
const TICK_MS = 200;

/** One toast at a time; a new one takes the place of the old one, whose way back ends with it. */
export class ToastState {
  current: Toast | null = $state.raw(null);
  /** Share of its time that is left, 1 to 0. */
  left = $state(1);
  #paused = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Shows a toast for eight seconds in which nobody holds it. */
  show(toast: Toast): void {
    this.dismiss();
    this.current = toast;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Stops and restarts its clock: while the pointer or the focus is on it, it stays. */
  hold(paused: boolean): void {
    this.#paused = paused;
  }

  /** Takes back what it tells of, and closes it. */
  undo(): void {
    const toast = this.current;
    this.dismiss();
    toast?.undo?.();
  }

  /** Does what it offers, and closes it. */
  act(): void {
    const toast = this.current;
    this.dismiss();
    toast?.action?.run();
  }

  /** Closes it. */
  dismiss(): void {
    clearInterval(this.#timer);
    this.current = null;
    this.left = 1;
    this.#paused = false;
  }

  #tick(): void {
    if (this.#paused) return;
    this.left -= TICK_MS / LIFETIME_MS;
    if (this.left <= 0) this.dismiss();
  }
}
