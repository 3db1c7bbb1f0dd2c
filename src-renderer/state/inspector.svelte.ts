import { toFailure } from '../../src-main/contract/errors.ts';
import type { Split } from '../../src-main/contract/dataset.ts';
import type { InspectedImage, MapUnit, NetworkMap, ReuseNorm } from '../../src-main/contract/inspect.ts';
import type { Client } from '../bridge/client.ts';
import type { MapOrder } from '../drawing/featureMaps.ts';
import { ImagePicker } from './imagePicker.svelte.ts';
import { InspectSide } from './inspectSide.svelte.ts';
import type { JudgementsState } from './judgements.svelte.ts';
import { recallOneOf, remember } from './session.ts';
import { StudiesState } from './studies.svelte.ts';
import type { ToastState } from './toasts.svelte.ts';

/** Ways of looking into networks: the tabs of the screen. */
export const INSPECT_VIEWS = [
  ...(['network', 'maps', 'evidence', 'weights', 'reuse'] as const),
  ...(['flow', 'depth', 'likeness', 'trial'] as const),
] as const;
/** One of them. */
export type InspectView = (typeof INSPECT_VIEWS)[number];

const ORDERS: readonly MapOrder[] = ['strength', 'variance', 'index'];
/** In this order their images follow each other in a version. */
const SPLITS: readonly Split[] = ['train', 'validation', 'test'];

/** One network looked into, or two beside each other: the same image, the same layer, one scale. */
export class InspectorState {
  /** A, and B where two are compared. */
  sides: readonly InspectSide[] = $state.raw([]);
  /** The tab that is shown; the last one is there again after a restart. */
  view: InspectView = $state(recallOneOf('inspect.view', INSPECT_VIEWS, 'maps'));
  image: InspectedImage = $state.raw({ kind: 'stored', split: 'test', index: 0 });
  /** Name of the unit and of the layer in it. */
  unit: string | null = $state(null);
  layer: string | null = $state(null);
  /** The map of the layer that is looked at closely; null for none. */
  map: number | null = $state(null);
  order: MapOrder = $state(recallOneOf('inspect.order', ORDERS, 'strength'));
  /** One scale for all maps, or one for each. */
  scale: 'shared' | 'each' = $state('shared');
  /** Two networks beside each other, or A minus B. */
  layout: 'beside' | 'difference' = $state('beside');
  /** Blocks that are folded into one bar. */
  folded: ReadonlySet<number> = $state.raw(new Set());
  norm: ReuseNorm = $state('mean');
  /** Experiments with these networks. */
  readonly studies: StudiesState;
  /** Which images of the split are gone through. */
  readonly picker: ImagePicker;
  readonly #client: Client;

  constructor(client: Client, judgements: JudgementsState) {
    this.#client = client;
    this.studies = new StudiesState(client);
    this.picker = new ImagePicker(judgements);
  }

  /** The network whose map is drawn. */
  get network(): NetworkMap | null {
    return this.sides[0]?.network ?? null;
  }

  /** The unit that is looked at. */
  get chosen(): MapUnit | null {
    return this.network?.units.find(({ name }) => name === this.unit) ?? null;
  }

  /** Opens one network or two. `position`: an image by its place in the whole version that both saw. */
  async open(
    runs: readonly number[],
    at: { readonly split: Split; readonly position: number } | null = null,
  ): Promise<void> {
    const sides = runs.slice(0, 2).map((run) => new InspectSide(this.#client, run));
    this.sides = sides;
    this.picker.choose('all');
    const [network] = await Promise.all(sides.map((side) => side.open()));
    if (network === undefined || network === null || this.sides !== sides) return;
    this.image = at === null ? firstImage(network) : storedImage(network, at);
    if (at !== null) this.look('maps');
    const unit =
      network.units.find(({ name }) => name === this.unit) ?? network.units.find(({ kind }) => kind === 'layer');
    this.choose(unit ?? network.units[0] ?? null);
    for (const side of sides) side.readReuse(this.norm);
  }

  /** Looks at a unit: at what goes into its first convolution, as the paper draws it, where it has that. */
  choose(unit: MapUnit | null): void {
    this.unit = unit?.name ?? null;
    const activated = unit?.layers.find(({ operation }) => operation.kind === 'relu');
    this.chooseLayer(activated?.name ?? unit?.made.layer ?? null);
  }

  /** Another layer of the unit. */
  chooseLayer(layer: string | null): void {
    if (layer !== this.layer) this.map = null;
    this.layer = layer;
    this.#ask();
  }

  /** Another image. */
  show(image: InspectedImage): void {
    this.image = image;
    this.#ask();
  }

  /** The first image that the run's version has. */
  showFirst(): void {
    if (this.network !== null) this.show(firstImage(this.network));
  }

  /** The image before or after, of those of its split that are gone through. */
  step(by: 1 | -1): void {
    if (this.image.kind !== 'stored') return;
    const { split, index } = this.image;
    const next = this.picker.next(this.#runs(), { split, index, images: this.network?.splits[split] ?? 0 }, by);
    if (next !== null) this.show({ kind: 'stored', split, index: next });
  }

  /** Goes through other images: all, one class, or those that a network gets wrong; the first of them is shown. */
  async pick(which: string): Promise<void> {
    this.picker.choose(which);
    if (this.image.kind !== 'stored') return;
    const { split } = this.image;
    await this.picker.learn(this.#runs(), split);
    const found = this.picker.matches(this.#runs(), split);
    if (found?.[0] !== undefined && this.image.kind === 'stored' && !found.includes(this.image.index))
      this.show({ kind: 'stored', split, index: found[0] });
  }

  /** Another checkpoint of all networks that keep it; null for the best of each. */
  showEpoch(epoch: number | null): void {
    for (const side of this.sides) {
      const kept = side.network?.checkpoints.some((checkpoint) => checkpoint.epoch === epoch) ?? false;
      side.epoch = kept ? epoch : null;
      side.readReuse(this.norm);
    }
    this.#ask();
  }

  /** Folds a block, or unfolds it. */
  fold(block: number): void {
    const next = new Set(this.folded);
    if (!next.delete(block)) next.add(block);
    this.folded = next;
  }

  /** Another way of looking. */
  look(view: InspectView): void {
    this.view = view;
    remember('inspect.view', view);
  }

  /** Sorts the maps. */
  sort(order: MapOrder): void {
    this.order = order;
    remember('inspect.order', order);
  }

  /** How weights become one number. */
  weigh(norm: ReuseNorm): void {
    this.norm = norm;
    for (const side of this.sides) side.readReuse(norm);
  }

  /** Writes the maps of a network into a folder that a person names, and tells what came of it. */
  async saveFolder(side: number, toasts: ToastState): Promise<void> {
    const { layer, image } = this;
    const looked = this.sides[side];
    if (layer === null || looked === undefined) return;
    try {
      const { path } = await this.#client.request('inspect/export', { ...looked.checkpoint, image, layer });
      if (path !== null) toasts.show({ message: `Wrote ${path}.` });
    } catch (thrown) {
      const { message, action } = toFailure(thrown);
      toasts.show({ message: `${message} ${action}` });
    }
  }

  #runs(): readonly number[] {
    return this.sides.map(({ run }) => run);
  }

  #ask(): void {
    const { image, layer } = this;
    if (layer === null) return;
    for (const side of this.sides) {
      if (hasLayer(side.network, layer)) side.look({ image, layer });
    }
  }
}

/** Whether a network has a layer of this name: two networks are aligned by block and layer. */
export function hasLayer(network: NetworkMap | null, layer: string): boolean {
  return network?.units.some(({ layers }) => layers.some(({ name }) => name === layer)) ?? false;
}

/** Position in the whole version of a split's first image. */
export function firstOfSplit({ splits }: NetworkMap, split: Split): number {
  return SPLITS.slice(0, SPLITS.indexOf(split)).reduce((sum, name) => sum + (splits[name] ?? 0), 0);
}

function firstImage(network: NetworkMap): InspectedImage {
  const split = (['test', 'validation', 'train'] as const).find((name) => (network.splits[name] ?? 0) > 0) ?? 'test';
  return { kind: 'stored', split, index: 0 };
}

function storedImage(network: NetworkMap, { split, position }: { split: Split; position: number }): InspectedImage {
  return { kind: 'stored', split, index: Math.max(0, position - firstOfSplit(network, split)) };
}
