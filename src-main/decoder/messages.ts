/**
 * What owner and decoder process say to each other; both check what they hear. Tasks and answers travel many at a time and in
 * columns: an object for each file would take longer on its way than a small image takes to decode. The checks are written out,
 * since a library for them takes 0.1 s to load, as long as 5,000 small images.
 */

import type { Target } from '../datasets/convert.ts';
import type { DecodeOutcome, DecodeRequest } from '../datasets/decoding.ts';
import type { ImageKind } from '../datasets/formats/headerOutcome.ts';
import { IMAGE_KIND_WORDS } from '../datasets/formats/headerOutcome.ts';
import type { ImageProbe } from '../datasets/formats/probeImage.ts';

/** What is to be done with a file. */
export type Task =
  { readonly kind: 'probe'; readonly path: string } | { readonly kind: 'decode'; readonly request: DecodeRequest };

/** What a task comes to. */
export type Outcome = DecodeOutcome | ImageProbe;

/** A task; its answer carries the same number. */
export interface NumberedTask {
  readonly number: number;
  readonly task: Task;
}

/** An answer, to the task of the same number. */
export interface Answer {
  readonly number: number;
  readonly outcome: Outcome;
}

/** From the child: it is ready; it loads TensorFlow, which takes its time; it cannot work at all; or answers. */
export type DecoderMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'unable';
      readonly code: 'runtime-missing' | 'runtime-broken';
      readonly message: string;
      readonly action: string;
      readonly detail: string;
    }
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] };

const KINDS = Object.keys(IMAGE_KIND_WORDS).filter((name): name is ImageKind => name in IMAGE_KIND_WORDS);
/** Numbers for each task: kind, bytes, time of change, orientation. */
const TASK_FACTS = 4;
/** Numbers for each answer: what it is, then length of its pixels; or kind, height, width, channels, orientation, bytes, time of change. */
const ANSWER_FACTS = 8;
const [REFUSED, PIXELS, HEADER] = [0, 1, 2] as const;

/** Tasks as they travel: one entry in each column, targets without repetition. */
export function packTasks(tasks: readonly NumberedTask[]): unknown {
  const targets: Target[] = [];
  const places: number[] = [];
  const facts = new Float64Array(tasks.length * TASK_FACTS);
  const contents: (Uint8Array | null)[] = [];
  const paths = tasks.map(({ task }, index) => {
    if (task.kind === 'probe') {
      places.push(-1);
      contents.push(null);
      return task.path;
    }
    const { path, kind, bytes, modifiedMs, orientation, content, ...target } = task.request;
    facts.set([KINDS.indexOf(kind), bytes, modifiedMs, orientation], index * TASK_FACTS);
    const last = targets.at(-1);
    if (last === undefined || !isSameTarget(last, target)) targets.push(target);
    places.push(targets.length - 1);
    contents.push(content ?? null);
    return path;
  });
  const isCarried = contents.some((content) => content !== null);
  const numbers = tasks.map(({ number }) => number);
  return { kind: 'tasks', numbers, paths, places, targets, facts, contents: isCarried ? contents : [] };
}

/** Tasks from the owner; null when the message is none. */
export function parseTasksMessage(message: unknown): readonly NumberedTask[] | null {
  const { kind, numbers, paths, places, targets, facts, contents } = fieldsOf(message);
  if (kind !== 'tasks' || !isList(numbers) || !isList(paths) || !isList(places) || !isList(contents)) return null;
  if (!isList(targets) || !targets.every(isTarget) || !(facts instanceof Float64Array)) return null;
  const count = numbers.length;
  if (paths.length !== count || places.length !== count || facts.length !== count * TASK_FACTS) return null;
  const tasks: NumberedTask[] = [];
  for (let index = 0; index < count; index++) {
    const [number, path, place, content] = [numbers[index], paths[index], places[index], contents[index] ?? null];
    if (!isCount(number) || typeof path !== 'string' || path === '' || typeof place !== 'number') return null;
    if (place < 0) {
      tasks.push({ number, task: { kind: 'probe', path } });
      continue;
    }
    const [kindAt = -1, bytes = -1, modifiedMs = 0, orientation = 0] = facts.subarray(index * TASK_FACTS);
    const [imageKind, target] = [KINDS[kindAt], targets[place]];
    if (imageKind === undefined || target === undefined || !isCount(bytes) || orientation < 1 || orientation > 8)
      return null;
    if (content !== null && !(content instanceof Uint8Array)) return null;
    const request = { path, kind: imageKind, bytes, modifiedMs, orientation, ...target };
    tasks.push({ number, task: { kind: 'decode', request: content === null ? request : { ...request, content } } });
  }
  return tasks;
}

/** Answers as they travel: the pixels of all images in one piece. */
export function packAnswers(answers: readonly Answer[]): unknown {
  const facts = new Float64Array(answers.length * ANSWER_FACTS);
  const pieces: Uint8Array[] = [];
  const refusals: string[] = [];
  answers.forEach(({ outcome }, index) => {
    const at = index * ANSWER_FACTS;
    if (!outcome.ok) {
      refusals.push(outcome.reason, outcome.remedy);
      facts[at] = REFUSED;
    } else if ('pixels' in outcome) {
      pieces.push(outcome.pixels);
      facts.set([PIXELS, outcome.pixels.length], at);
    } else {
      const { kind, height, width, channels, orientation, bytes, modifiedMs } = outcome.image;
      facts.set([HEADER, KINDS.indexOf(kind), height, width, channels, orientation, bytes, modifiedMs], at);
    }
  });
  const numbers = answers.map(({ number }) => number);
  return { kind: 'answers', numbers, facts, refusals, pixels: Buffer.concat(pieces) };
}

/**
 * A message from the child, its answers unpacked; null when it is none.
 * @param pathOf the path of a task, which answers do not repeat
 */
export function parseDecoderMessage(message: unknown, pathOf: (number: number) => string): DecoderMessage | null {
  const fields = fieldsOf(message);
  if (fields.kind === 'ready' || fields.kind === 'loading') return { kind: fields.kind };
  if (fields.kind === 'answers') return parseAnswers(fields, pathOf);
  const { kind, code, message: text, action, detail } = fields;
  if (kind !== 'unable' || (code !== 'runtime-missing' && code !== 'runtime-broken')) return null;
  if (typeof text !== 'string' || typeof action !== 'string' || typeof detail !== 'string') return null;
  return { kind, code, message: text, action, detail };
}

function parseAnswers(fields: Fields, pathOf: (number: number) => string): DecoderMessage | null {
  const { numbers, facts, refusals, pixels } = fields;
  if (!isList(numbers) || !isList(refusals) || !(facts instanceof Float64Array) || !(pixels instanceof Uint8Array))
    return null;
  if (facts.length !== numbers.length * ANSWER_FACTS) return null;
  const answers: Answer[] = [];
  let [refused, done] = [0, 0];
  for (const [index, number] of numbers.entries()) {
    if (!isCount(number)) return null;
    const own = facts.subarray(index * ANSWER_FACTS, (index + 1) * ANSWER_FACTS);
    const [what = REFUSED, length = 0] = own;
    if (what === PIXELS) {
      if (!isCount(length) || done + length > pixels.length) return null;
      answers.push({ number, outcome: { ok: true, pixels: pixels.subarray(done, (done += length)) } });
    } else if (what === HEADER) {
      const outcome = headerOf(own, pathOf(number));
      if (outcome === null) return null;
      answers.push({ number, outcome });
    } else {
      const [reason, remedy] = [refusals[refused++], refusals[refused++]];
      if (typeof reason !== 'string' || typeof remedy !== 'string') return null;
      answers.push({ number, outcome: { ok: false, reason, remedy } });
    }
  }
  return { kind: 'answers', answers };
}

function headerOf(facts: Float64Array, path: string): ImageProbe | null {
  const [, kindAt = -1, height = 0, width = 0, channels = 0, orientation = 0, bytes = 0, modifiedMs = 0] = facts;
  const kind = KINDS[kindAt];
  if (kind === undefined || (channels !== 1 && channels !== 3) || orientation < 1 || orientation > 8) return null;
  return { ok: true, image: { path, kind, height, width, channels, orientation, bytes, modifiedMs } };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(message: unknown): Fields {
  return typeof message === 'object' && message !== null ? { ...message } : {};
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTarget(value: unknown): value is Target {
  const { height, width, channels, fit, background } = fieldsOf(value);
  const isEdge = (edge: unknown): boolean => isCount(edge) && edge >= 1 && edge <= 1024;
  if (!isEdge(height) || !isEdge(width) || (channels !== 1 && channels !== 3)) return false;
  if (fit !== 'crop' && fit !== 'pad' && fit !== 'stretch') return false;
  return isList(background) && background.length <= 3 && background.every((level) => isCount(level) && level <= 255);
}

function isSameTarget(one: Target, other: Target): boolean {
  const { height, width, channels, fit, background } = one;
  if (height !== other.height || width !== other.width || channels !== other.channels || fit !== other.fit)
    return false;
  return (
    background.length === other.background.length && background.every((level, at) => level === other.background[at])
  );
}
