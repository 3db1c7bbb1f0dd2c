import { assertNever } from '../../../src-main/contract/errors.ts';
import type { RunOrigin, RunStatus, RunSummary } from '../../../src-main/contract/run.ts';
import type { LiveReading, PreparingPhase } from '../../state/runProgress.ts';
import { formatNumber } from '../../ui/format.ts';
import type { Glyph } from '../../ui/glyph.ts';

const PREPARING: Readonly<Record<PreparingPhase, string>> = {
  runtime: 'loading TensorFlow',
  dataset: 'reading the dataset',
  compile: 'building the graph',
  'self-test': 'checking the kernels of this machine',
  'first-step': 'first step compiles the graph',
};

const GLYPHS: Readonly<Record<RunStatus, Glyph>> = {
  queued: 'queued',
  preparing: 'live',
  running: 'live',
  finished: 'done',
  imported: 'done',
  stopped: 'stopped',
  failed: 'failed',
  paused: 'paused',
  interrupted: 'paused',
};

/** The shape that stands beside the word of a state. */
export function statusGlyph(status: RunStatus): Glyph {
  return GLYPHS[status];
}

/** The state of a run in the table: `done`, `stopped at 219`, `preparing`. */
export function statusWord(run: RunSummary): string {
  const reached = run.epochsDone > 0 ? ` at ${formatNumber(run.epochsDone)}` : '';
  switch (run.status) {
    case 'queued':
      return 'queued';
    case 'preparing':
      return 'preparing';
    case 'running':
      return `${formatNumber(run.epochsDone)} of ${formatNumber(run.epochs)}`;
    case 'finished':
      return stoppedEarly(run) ? `done early${reached}` : 'done';
    case 'imported':
      return 'imported';
    case 'stopped':
      return `stopped${reached}`;
    case 'paused':
      return `paused${reached}`;
    case 'interrupted':
      return `interrupted${reached}`;
    case 'failed':
      return run.error?.code === 'training-diverged' ? `diverged${reached}` : `failed${reached}`;
    default:
      return assertNever(run.status);
  }
}

const IMPORTED: Readonly<Record<RunOrigin, string>> = {
  here: '',
  weights: 'Its weights were trained elsewhere: there are no curves.',
  bundle: 'It was trained in another data folder; all of it is here but the images.',
  log: 'Only its curves are known: other software trained it, and its network is not here.',
};

/** One sentence about a run that is not simply running or done; null for those that are. */
export function statusSentence(
  run: RunSummary,
  reading: LiveReading,
): { readonly fact: string; readonly more: string } | null {
  const epochs = `${formatNumber(run.epochsDone)} of ${formatNumber(run.epochs)} epochs`;
  switch (run.status) {
    case 'queued':
      return { fact: 'Waiting for its turn.', more: 'It starts when the run before it ends.' };
    case 'preparing':
      return {
        fact: `Preparing: ${PREPARING[reading.preparing ?? 'runtime']}.`,
        more: 'The first readings come after it.',
      };
    case 'running':
      if (reading.preparing !== null) return { fact: `Preparing: ${PREPARING[reading.preparing]}.`, more: '' };
      return reading.evaluating === null
        ? null
        : { fact: `Evaluating epoch ${formatNumber(reading.evaluating)}`, more: `on the ${run.heldOutSplit} split.` };
    case 'stopped':
      return { fact: `Stopped after ${epochs}.`, more: 'Resume goes on from its last checkpoint.' };
    case 'paused':
      return { fact: `Paused after ${epochs}.`, more: 'Resume puts it first among those that wait.' };
    case 'interrupted':
      return {
        fact: `Interrupted after ${epochs}.`,
        more: 'DenseLab or the computer went down while it trained. Resume goes on from its last checkpoint.',
      };
    case 'imported':
      return { fact: 'Imported.', more: IMPORTED[run.origin] };
    case 'finished':
      return stoppedEarly(run) && run.best !== null
        ? {
            fact: `Stopped early after ${epochs}.`,
            more: `The weights of epoch ${formatNumber(run.best.epoch)}, the best, are restored and tested.`,
          }
        : null;
    case 'failed':
      return null;
    default:
      return assertNever(run.status);
  }
}

/** Whether a run has finished before its last epoch, as early stopping ends it. */
function stoppedEarly({ status, epochs, epochsDone }: RunSummary): boolean {
  return status === 'finished' && epochsDone < epochs;
}

/** Whether a run has ended without its last epoch, so that it can go on. */
export function isResumable(status: RunStatus): boolean {
  return status === 'stopped' || status === 'paused' || status === 'failed' || status === 'interrupted';
}

/** Filters by state, as the chip offers them. */
export const STATE_FILTERS = ['any', 'live', 'done', 'stopped', 'failed', 'starred', 'archived'] as const;

/** One of the filters by state. */
export type StateFilter = (typeof STATE_FILTERS)[number];

/** Whether a run is let through; what is archived only where that is asked for. */
export function passesState(
  { status, starred, archived }: Pick<RunSummary, 'status' | 'starred' | 'archived'>,
  filter: StateFilter,
): boolean {
  if (archived !== (filter === 'archived')) return false;
  switch (filter) {
    case 'any':
    case 'archived':
      return true;
    case 'starred':
      return starred;
    case 'live':
      return status === 'queued' || status === 'preparing' || status === 'running';
    case 'done':
      return status === 'finished' || status === 'imported';
    case 'stopped':
      return status === 'stopped' || status === 'paused' || status === 'interrupted';
    case 'failed':
      return status === 'failed';
    default:
      return assertNever(filter);
  }
}
