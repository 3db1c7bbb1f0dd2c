import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import type {
  FeatureMaps,
  FeatureReuse,
  InspectedCheckpoint,
  InspectedImage,
  NetworkMap,
  ReuseNorm,
  SeenImage,
  SplitActivity,
} from '../../src-main/contract/inspect.ts';
import type { Client } from '../bridge/client.ts';
import { LatestQuestion } from './latestQuestion.ts';

/** What is looked at in one network. */
export interface Look {
  readonly image: InspectedImage;
  readonly layer: string;
}

/** One network that is looked into, at one of its checkpoints. */
export class InspectSide {
  readonly run: number;
  network: NetworkMap | null = $state.raw(null);
  /** Of the checkpoint that the scrubber shows; null for the best. */
  epoch: number | null = $state(null);
  seen: SeenImage | null = $state.raw(null);
  maps: FeatureMaps | null = $state.raw(null);
  /** What the layer does over the test images; null until it is known. */
  activity: SplitActivity | null = $state.raw(null);
  /** How far the pass over the test images is; null while there is none. */
  pass: { readonly done: number; readonly total: number } | null = $state.raw(null);
  reuse: FeatureReuse | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  waiting = $state(false);
  readonly #client: Client;
  readonly #looks = new LatestQuestion<Look>((look) => this.#ask(look));
  readonly #norms = new LatestQuestion<ReuseNorm>((norm) => this.#askReuse(norm));

  constructor(client: Client, run: number) {
    this.#client = client;
    this.run = run;
  }

  /** Reads the map of the network; null with `failure` set when it cannot be had. */
  async open(): Promise<NetworkMap | null> {
    try {
      this.network = await this.#client.request('inspect/network', { run: this.run });
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
    return this.network;
  }

  /** Looks at an image in a layer; of several quick calls the last one counts. */
  look(look: Look): void {
    this.#looks.ask(look);
  }

  /** Reads how much each layer reads of those before it. */
  readReuse(norm: ReuseNorm): void {
    this.#norms.ask(norm);
  }

  /** Which maps are dead or alike over the test images; minutes for a large network, and kept. */
  async readActivity(layer: string): Promise<void> {
    const total = this.network?.splits.test;
    if (total === undefined || this.pass !== null) return;
    this.pass = { done: 0, total };
    const stop = this.#client.on('inspection', ({ run, done, total: all }) => {
      if (run === this.run) this.pass = { done, total: all };
    });
    try {
      const activity = await this.#client.request('inspect/activity', { ...this.checkpoint, split: 'test', layer });
      if (this.maps?.layer === layer) this.activity = activity;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.code !== 'cancelled') this.failure = failure;
    } finally {
      stop();
      this.pass = null;
    }
  }

  /** Ends the pass over the test images. */
  cancelActivity(): void {
    void this.#client.request('inspect/cancel', { run: this.run });
  }

  /** Which weights are looked at, as the main process is asked for them. */
  get checkpoint(): InspectedCheckpoint {
    return { run: this.run, ...(this.epoch !== null && { epoch: this.epoch }) };
  }

  async #ask({ image, layer }: Look): Promise<void> {
    this.waiting = true;
    try {
      const [seen, maps] = await Promise.all([
        this.#client.request('inspect/image', { ...this.checkpoint, image }),
        this.#client.request('inspect/maps', { ...this.checkpoint, image, layer }),
      ]);
      if (this.maps?.layer !== maps.layer || this.maps.epoch !== maps.epoch) this.activity = null;
      [this.seen, this.maps, this.failure] = [seen, maps, null];
    } catch (thrown) {
      this.failure = toFailure(thrown);
    } finally {
      this.waiting = false;
    }
  }

  async #askReuse(norm: ReuseNorm): Promise<void> {
    try {
      this.reuse = await this.#client.request('inspect/reuse', { ...this.checkpoint, norm });
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }
}
