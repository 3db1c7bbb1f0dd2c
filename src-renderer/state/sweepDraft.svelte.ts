import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type { ModelSpec } from '../../src-main/contract/model.ts';
import type { RunRequest } from '../../src-main/contract/run.ts';
import {
  SWEEP_LIMITS,
  type AxisValues,
  type SweepAxis,
  type SweepModel,
  type SweepPlan,
  type SweepRequest,
} from '../../src-main/contract/sweep.ts';
import type { Client } from '../bridge/client.ts';
import { LatestQuestion } from './latestQuestion.ts';
import { SEED_KEY, type SweepField } from './sweepFields.ts';
import { readSeeds, readValues } from './sweepText.ts';

/** A setting with the values that it is to take, as they were typed or picked. */
export interface AxisDraft {
  readonly key: string;
  /** Of a typed field. */
  readonly text: string;
  /** Ids of the options of a picked one. */
  readonly picks: readonly string[];
}

/** What is remembered of a sweep. Plain JSON. */
export interface SweepForm {
  readonly axes: readonly AxisDraft[];
  /** Networks besides the one of the form. */
  readonly models: readonly SweepModel[];
  /** Random combinations for each network, as typed; null for the whole grid. */
  readonly random: string | null;
  /** Which random ones. */
  readonly draw: number;
}

/** No sweep. */
export const NO_SWEEP: SweepForm = { axes: [], models: [], random: null, draw: 1 };

const ASK_AFTER = 250;

/** Several runs at once: settings that take several values, further networks, and what they come to. */
export class SweepDraft {
  #form: SweepForm = $state.raw(NO_SWEEP);
  /** What the present sweep comes to; the last one while the next is on its way. */
  plan: SweepPlan | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  /** Whether `plan` is not yet that of what stands on the screen. */
  planning = $state(false);
  readonly #questions: LatestQuestion<{ readonly request: SweepRequest; readonly asked: string }>;
  readonly #onchange: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = '';

  /** `onchange` is told after each change that a person made. */
  constructor(client: Client, onchange: () => void) {
    this.#onchange = onchange;
    this.#questions = new LatestQuestion(async ({ request, asked }) => {
      try {
        const plan = await client.request('sweeps/plan', request);
        if (asked !== this.#asked) return;
        this.plan = plan;
        this.failure = null;
      } catch (thrown) {
        if (asked !== this.#asked) return;
        this.plan = null;
        this.failure = toFailure(thrown);
      }
      this.planning = false;
    });
  }

  /** The form as it stands. */
  get form(): SweepForm {
    return this.#form;
  }

  /** Whether there is anything but the one run of the form. */
  get active(): boolean {
    return this.#form.axes.length > 0 || this.#form.models.length > 0;
  }

  /** What a setting takes; undefined where it takes one value. */
  axis(key: string): AxisDraft | undefined {
    return this.#form.axes.find((axis) => axis.key === key);
  }

  /** Lets a setting take several values, beginning with the one of the form. */
  add({ key, present }: SweepField): void {
    if (this.axis(key) !== undefined || this.#form.axes.length >= SWEEP_LIMITS.axes) return;
    this.#put({ axes: [...this.#form.axes, { key, text: present, picks: [present] }] });
  }

  /** Writes the values of a setting. */
  write(key: string, text: string): void {
    this.#put({ axes: this.#form.axes.map((axis) => (axis.key === key ? { ...axis, text } : axis)) });
  }

  /** Takes an option in, or out. */
  pick(key: string, id: string, on: boolean): void {
    const picked = (picks: readonly string[]): readonly string[] =>
      on ? [...picks, id] : picks.filter((other) => other !== id);
    this.#put({
      axes: this.#form.axes.map((axis) => (axis.key === key ? { ...axis, picks: picked(axis.picks) } : axis)),
    });
  }

  /** Lets a setting take one value again. */
  drop(key: string): void {
    this.#put({ axes: this.#form.axes.filter((axis) => axis.key !== key) });
  }

  /** Trains another network beside the others, as it is. */
  addModel(model: ModelSpec): void {
    const known = this.#form.models.some((other) => JSON.stringify(other.model) === JSON.stringify(model));
    if (known || this.#form.models.length >= SWEEP_LIMITS.models) return;
    this.#put({ models: [...this.#form.models, { model, fixed: true }] });
  }

  /** Whether the settings of the network that the sweep varies are varied in this one too. */
  fix(index: number, fixed: boolean): void {
    this.#put({ models: this.#form.models.map((model, place) => (place === index ? { ...model, fixed } : model)) });
  }

  /** Takes a further network out again. */
  dropModel(index: number): void {
    this.#put({ models: this.#form.models.filter((_, place) => place !== index) });
  }

  /** So many random combinations instead of all; null for all. */
  setRandom(random: string | null): void {
    this.#put({ random });
  }

  /** Draws other random combinations. */
  drawAgain(): void {
    this.#put({ draw: this.#form.draw + 1 });
  }

  /** Back to one run. */
  clear(): void {
    this.#put(NO_SWEEP);
  }

  /** Takes what was remembered. */
  restore(form: SweepForm): void {
    this.#form = form;
  }

  /** What is wrong with the values, by key. */
  errors(fields: readonly SweepField[]): Readonly<Record<string, string>> {
    const found = this.#form.axes.flatMap((axis): readonly (readonly [string, string])[] => {
      const field = fields.find(({ key }) => key === axis.key);
      const error = field === undefined ? null : errorOf(axis, field);
      return error === null ? [] : [[axis.key, error]];
    });
    const count = this.#count();
    const random = count === null ? [['random', 'Give a whole number of combinations, 1 or more.'] as const] : [];
    return Object.fromEntries([...found, ...random]);
  }

  /** The request that the form comes to; axes that the form has no field for any more are left out. */
  request(base: RunRequest, fields: readonly SweepField[]): SweepRequest {
    const axes: SweepAxis[] = [];
    let seeds: readonly number[] = [];
    for (const axis of this.#form.axes) {
      const field = fields.find(({ key }) => key === axis.key);
      if (field === undefined) continue;
      if (field.kind === 'typed' && field.key === SEED_KEY) {
        const read = readSeeds(axis.text, field);
        seeds = 'error' in read ? [] : read;
        continue;
      }
      const values = valuesOf(axis, field);
      if (values !== null) axes.push({ key: axis.key, values });
    }
    const count = this.#count();
    const choose =
      this.#form.random === null || count === null
        ? ({ kind: 'grid' } as const)
        : ({ kind: 'random', count, seed: this.#form.draw } as const);
    return { base, fixed: false, models: this.#form.models, axes, choose, seeds };
  }

  /** Has the sweep planned, once nothing has changed for a moment. `basis`: what times are foretold from. */
  ask(request: SweepRequest, basis: string): void {
    const asked = JSON.stringify([request, basis]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.planning = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#questions.ask({ request, asked }), ASK_AFTER);
  }

  /** Random combinations; null where the text is no number of them. */
  #count(): number | null {
    const { random } = this.#form;
    if (random === null) return 0;
    const count = Number(random);
    return /^\d+$/.test(random.trim()) && count >= 1 && count <= SWEEP_LIMITS.runs ? count : null;
  }

  #put(change: Partial<SweepForm>): void {
    this.#form = { ...this.#form, ...change };
    this.#onchange();
  }
}

function errorOf(axis: AxisDraft, field: SweepField): string | null {
  if (field.kind === 'picked') return axis.picks.length === 0 ? 'Pick at least one.' : null;
  const read = field.key === SEED_KEY ? readSeeds(axis.text, field) : readValues(axis.text, field);
  return 'error' in read ? read.error : null;
}

function valuesOf(axis: AxisDraft, field: SweepField): AxisValues | null {
  if (field.kind === 'typed') {
    const read = readValues(axis.text, field);
    return 'error' in read ? null : read.values;
  }
  const values = field.options.filter(({ id }) => axis.picks.includes(id)).map(({ value }) => value);
  return values.length === 0 ? null : { kind: 'list', values };
}
