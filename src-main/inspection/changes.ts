/** Changes to a network's weights that are tried: connections cut, layers dropped, weights rounded. */

import { assertNever, DenseLabError } from '../contract/errors.ts';
import type { NetworkChange } from '../contract/study.ts';
import type { LayerPlan, PlannedLayer } from '../contract/model.ts';
import { layersByName, type Weights } from './derive.ts';
import { mapOrigins, unitOf } from './origins.ts';

/** Weights after the changes, and how many were touched. */
export interface ChangedWeights {
  readonly values: Weights;
  readonly zeroed: number;
  readonly rounded: number;
}

/**
 * Applies changes in their order; the given weights stay as they are.
 * @throws DenseLabError `layer-unknown`, `not-inspectable` where the network has no such connection or cannot do without a unit
 */
export function changeWeights(plan: LayerPlan, weights: Weights, changes: readonly NetworkChange[]): ChangedWeights {
  const surgeon = new Surgeon(plan, weights);
  for (const change of changes) surgeon.apply(change);
  return surgeon.result();
}

class Surgeon {
  readonly #plan: LayerPlan;
  readonly #values: Map<string, Float32Array>;
  readonly #origins: ReturnType<typeof mapOrigins>;
  readonly #units: ReadonlySet<string>;
  #zeroed = 0;
  #rounded = 0;

  constructor(plan: LayerPlan, weights: Weights) {
    this.#plan = plan;
    this.#values = new Map(weights);
    this.#origins = mapOrigins(plan);
    this.#units = new Set(plan.layers.map(({ name }) => unitOf(name)));
  }

  apply(change: NetworkChange): void {
    switch (change.kind) {
      case 'cut':
        return this.#cut(change.source, change.reader);
      case 'drop':
        return this.#drop(change.unit);
      case 'quantise':
        return this.#quantise(change.bits);
      default:
        return assertNever(change);
    }
  }

  result(): ChangedWeights {
    return { values: this.#values, zeroed: this.#zeroed, rounded: this.#rounded };
  }

  #cut(source: string, reader: string): void {
    this.#requireUnit(source);
    this.#requireUnit(reader);
    const readers = this.#readersOf(source).filter(({ name }) => unitOf(name) === reader);
    if (source === reader || readers.length === 0) {
      throw notPossible(`${reader} does not read ${source}`, 'List who reads whom with: denselab reuse ID');
    }
    if (this.#goesPast(source, reader)) {
      throw notPossible(
        `${reader} hands on the maps of ${source} past its convolutions`,
        'Drop a unit instead: that leaves its shortcut alone.',
      );
    }
    for (const layer of readers) this.#silence(layer, source);
  }

  #drop(unit: string): void {
    this.#requireUnit(unit);
    const inside = this.#plan.layers.filter(({ name }) => unitOf(name) === unit);
    const sum = inside.find(({ operation }) => operation.kind === 'add');
    if (sum !== undefined) return this.#silenceBranch(sum);
    const isDense = this.#plan.spec.family === 'densenet' && /^block\d+\//.test(unit);
    if (!isDense) {
      throw notPossible(
        `without ${unit} nothing reaches the layers behind it`,
        'Choose a layer of a dense block, or a residual unit.',
      );
    }
    for (const layer of this.#readersOf(unit)) if (unitOf(layer.name) !== unit) this.#silence(layer, unit);
  }

  /** Convolutions, or the classifier, that read maps of a unit directly: past BN, ReLU and pooling. */
  #readersOf(source: string): readonly PlannedLayer[] {
    return this.#plan.layers.filter((layer) => weightsOf(layer) !== undefined && this.#reads(layer, source));
  }

  #reads({ inputs }: PlannedLayer, source: string): boolean {
    return inputs.some((input) => (this.#origins.get(input) ?? []).some(({ unit }) => unit === source));
  }

  /** Whether a unit's maps enter a sum, a gate or a shortcut of the reader as they are. */
  #goesPast(source: string, reader: string): boolean {
    return this.#plan.layers.some((layer) => {
      const { kind } = layer.operation;
      const passes = kind === 'add' || kind === 'shortcut' || kind === 'highway';
      return passes && unitOf(layer.name) === reader && this.#reads(layer, source);
    });
  }

  /** Sets the weights to 0 by which a layer reads maps of a source: [..., in, out], of each `in` that is the source's. */
  #silence(layer: PlannedLayer, source: string): void {
    const tensor = weightsOf(layer);
    if (tensor === undefined) return;
    const [inputs = 0, outputs = 1] = tensor.shape.slice(-2);
    const isCut = layer.inputs.flatMap((input) =>
      (this.#origins.get(input) ?? []).flatMap(({ unit, count }) => new Array<boolean>(count).fill(unit === source)),
    );
    this.#replace(tensor.name, (value, at) => (isCut[Math.floor(at / outputs) % inputs] === true ? 0 : value));
  }

  /** Sets to 0 what a residual unit adds: the last BN of its branch, or the last convolution. */
  #silenceBranch({ inputs }: PlannedLayer): void {
    const layerOf = layersByName(this.#plan);
    let layer = layerOf(inputs[0] ?? '');
    while (layer.tensors.length === 0) layer = layerOf(layer.inputs[0] ?? '');
    for (const { name, role } of layer.tensors) {
      if (role === 'weights' || role === 'bias' || role === 'gamma' || role === 'beta') this.#replace(name, () => 0);
    }
  }

  #replace(name: string, change: (value: number, at: number) => number): void {
    const changed = (this.#values.get(name) ?? new Float32Array(0)).map((value, at) => {
      const other = change(value, at);
      if (other === 0 && value !== 0) this.#zeroed++;
      return other;
    });
    this.#values.set(name, changed);
  }

  /** Each output's weights by a scale of its own, the same to both sides of 0: round(w / s) · s with s = max|w| / (2^(bits-1) - 1). */
  #quantise(bits: number): void {
    const steps = 2 ** (bits - 1) - 1;
    for (const layer of this.#plan.layers) {
      const tensor = weightsOf(layer);
      if (tensor === undefined) continue;
      const outputs = tensor.shape.at(-1) ?? 1;
      const values = this.#values.get(tensor.name) ?? new Float32Array(0);
      const most = new Float64Array(outputs);
      values.forEach((value, at) => (most[at % outputs] = Math.max(most[at % outputs] ?? 0, Math.abs(value))));
      const rounded = values.map((value, at) => {
        const scale = (most[at % outputs] ?? 0) / steps;
        return scale === 0 ? value : Math.round(value / scale) * scale;
      });
      rounded.forEach((value, at) => {
        if (value !== values[at]) this.#rounded++;
      });
      this.#values.set(tensor.name, rounded);
    }
  }

  #requireUnit(unit: string): void {
    if (this.#units.has(unit)) return;
    throw new DenseLabError(
      'layer-unknown',
      `The network has no unit "${unit}".`,
      'Write, say, block1/layer2; list the layers with: denselab inspect ID --layers',
    );
  }
}

function weightsOf({ tensors }: PlannedLayer) {
  return tensors.find(({ role }) => role === 'weights');
}

function notPossible(why: string, action: string): DenseLabError {
  return new DenseLabError('not-inspectable', `This cannot be tried: ${why}.`, action);
}
