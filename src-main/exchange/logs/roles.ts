/** What the series of a log are, by their names: `val_loss`, `validation/epoch_accuracy`, `Loss/train`, `lr-Adam`. */

import type { LogRole, LogRoles } from '../../contract/exchange.ts';
import type { LogSeries } from './log.ts';

const LOSS = new Set(['loss', 'nll', 'xent', 'crossentropy', 'cost']);
const ACCURACY = new Set(['acc', 'accuracy', 'acc1', 'top1']);
const HELD_OUT = new Set(['val', 'valid', 'validation', 'test', 'eval', 'evaluation', 'dev', 'held', 'holdout']);
/** Points beyond which a single loss is taken to be told by step. */
const MANY = 1_000;

interface Candidate {
  readonly tag: string;
  readonly points: number;
  readonly words: ReadonlySet<string>;
}

type Kind = 'trainLoss' | 'heldOutLoss' | 'trainAccuracy' | 'heldOutAccuracy' | Exclude<LogRole, 'stepLoss'>;

/** Suggests what each series is; of several that would do, the one with the plainest name. */
export function guessRoles(series: readonly LogSeries[]): LogRoles {
  const byKind = new Map<Kind, Candidate[]>();
  for (const { tag, step } of series) {
    const words = new Set(wordsOf(tag));
    const kind = kindOf(words);
    if (kind !== null) byKind.set(kind, [...(byKind.get(kind) ?? []), { tag, points: step.length, words }]);
  }
  const roles: Partial<Record<LogRole, string>> = {};
  for (const [kind, candidates] of byKind) {
    const best = plainest(candidates);
    if (kind !== 'trainLoss' && best !== undefined) roles[kind] = best.tag;
  }
  const heldOut = plainest([...(byKind.get('heldOutLoss') ?? []), ...(byKind.get('heldOutAccuracy') ?? [])]);
  return { ...roles, ...trainLosses(byKind.get('trainLoss') ?? [], heldOut?.points ?? null) };
}

/** Which loss is told by step and which by epoch. */
function trainLosses(candidates: readonly Candidate[], evaluations: number | null): LogRoles {
  const best = plainest(candidates);
  if (best === undefined) return {};
  const most = Math.max(...candidates.map(({ points }) => points));
  const often = candidates.filter(({ words, points }) => points === most && !words.has('epoch'));
  const seldom = candidates.filter(({ points }) => points < most);
  const [byStep, byEpoch] = [plainest(often), plainest(seldom)];
  if (byStep !== undefined && byEpoch !== undefined) return { stepLoss: byStep.tag, trainLoss: byEpoch.tag };
  const saysStep = ['step', 'batch', 'iteration', 'iter'].some((word) => best.words.has(word));
  const isOften = evaluations === null ? best.points > MANY : best.points > 2 * evaluations;
  return saysStep || isOften ? { stepLoss: best.tag } : { trainLoss: best.tag };
}

function plainest(candidates: readonly Candidate[]): Candidate | undefined {
  // What is chosen by validation should be shown by it, where a log has both.
  const cost = ({ words }: Candidate): number => words.size + (words.has('test') ? 0.5 : 0);
  return [...candidates].sort((one, other) => cost(one) - cost(other))[0];
}

function kindOf(words: ReadonlySet<string>): Kind | null {
  const any = (set: ReadonlySet<string>): boolean => [...words].some((word) => set.has(word));
  const heldOut = any(HELD_OUT);
  if (words.has('seconds')) return heldOut ? 'evaluationSeconds' : words.has('train') ? 'trainSeconds' : null;
  if (words.has('bytes')) return words.has('resident') ? 'residentBytes' : null;
  if (words.has('images') && (words.has('second') || words.has('sec'))) return 'imagesPerSecond';
  if (words.has('norm') && (words.has('grad') || words.has('gradient'))) return 'gradientNorm';
  if (words.has('lr') || (words.has('learning') && words.has('rate'))) return 'learningRate';
  if (any(LOSS)) return heldOut ? 'heldOutLoss' : 'trainLoss';
  if (any(ACCURACY)) return heldOut ? 'heldOutAccuracy' : 'trainAccuracy';
  return words.has('epoch') && words.size === 1 ? 'epoch' : null;
}

function wordsOf(tag: string): readonly string[] {
  return tag
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
