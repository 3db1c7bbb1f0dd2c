import type { InputShape, ModelPreset } from '../../src-main/contract/model.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';

/** What a network costs at the chosen input. */
export interface Cost {
  readonly parameters: number;
  /** For one image. */
  readonly multiplyAdds: number;
}

/** The published networks, and what each costs at one input size. */
export class PresetCosts {
  presets: readonly ModelPreset[] = $state.raw([]);
  failure: Failure | null = $state.raw(null);
  #costs: ReadonlyMap<string, Cost> = $state.raw(new Map<string, Cost>());
  readonly #client: Client;
  #measured = '';

  constructor(client: Client) {
    this.#client = client;
  }

  /** The cost of a preset; null while it is not known, or where the network does not fit the input. */
  of(preset: ModelPreset): Cost | null {
    return this.#costs.get(preset.name) ?? null;
  }

  /** Reads the list; once is enough. */
  async load(): Promise<void> {
    if (this.presets.length > 0) return;
    try {
      this.presets = await this.#client.request('models/presets', null);
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  /** Counts every preset for an input, one request at a time; a later call for another input takes its place. */
  async measure(input: InputShape, classes: number): Promise<void> {
    const presets = this.presets;
    const measured = `${String(presets.length)}:${[input.height, input.width, input.channels, classes].join('x')}`;
    if (measured === this.#measured) return;
    this.#measured = measured;
    this.#costs = new Map<string, Cost>();
    for (const preset of presets) {
      const cost = await this.#cost(preset, input, classes);
      if (this.#measured !== measured) return;
      if (cost !== null) this.#costs = new Map(this.#costs).set(preset.name, cost);
    }
  }

  async #cost(preset: ModelPreset, input: InputShape, classes: number): Promise<Cost | null> {
    try {
      const plan = await this.#client.request('models/describe', { model: preset.spec, input, classes });
      return { parameters: plan.parameters, multiplyAdds: plan.multiplyAdds };
    } catch {
      // A network that needs larger images has no cost here; choosing it tells why.
      return null;
    }
  }
}
