import type { Split } from '../../src-main/contract/dataset.ts';

/** An image to be looked at in two networks. */
export interface InspectTarget {
  /** Ids of the runs. */
  readonly a: number;
  readonly b: number;
  /** Position in the whole version that both saw. */
  readonly image: number;
  readonly split: Split;
}

/** The way from a compared image to the feature maps of both networks: whoever shows them registers here. */
export class InspectRoute {
  /** Shows a target; null while nothing can, and images are not offered to be opened then. */
  open: ((target: InspectTarget) => void) | null = $state.raw(null);
}
