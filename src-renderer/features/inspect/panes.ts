import type { Component } from 'svelte';
import type { InspectView } from '../../state/inspector.svelte.ts';
import EvidencePane from './EvidencePane.svelte';
import MapsPane from './MapsPane.svelte';
import NetworkPane from './NetworkPane.svelte';
import ReuseTab from './ReuseTab.svelte';
import DepthPane from './studies/DepthPane.svelte';
import FlowPane from './studies/FlowPane.svelte';
import LikenessPane from './studies/LikenessPane.svelte';
import TrialPane from './studies/TrialPane.svelte';
import WeightsPane from './WeightsPane.svelte';

/** One way of looking into networks: a tab of the screen. Its component takes what it shows from `useApp().inspector`. */
export interface InspectPane {
  readonly value: InspectView;
  readonly label: string;
  readonly pane: Component;
  /** Shows the layer that is chosen, so that the choice of the layer stands above it. */
  readonly ofLayer: boolean;
}

/** The tabs in their order. */
export const INSPECT_PANES: readonly InspectPane[] = [
  { value: 'network', label: 'Network', pane: NetworkPane, ofLayer: false },
  { value: 'maps', label: 'Maps', pane: MapsPane, ofLayer: true },
  { value: 'evidence', label: 'Evidence', pane: EvidencePane, ofLayer: true },
  { value: 'weights', label: 'Weights', pane: WeightsPane, ofLayer: true },
  { value: 'reuse', label: 'Reuse', pane: ReuseTab, ofLayer: false },
  { value: 'flow', label: 'Gradient flow', pane: FlowPane, ofLayer: false },
  { value: 'depth', label: 'Depth', pane: DepthPane, ofLayer: false },
  { value: 'likeness', label: 'Likeness', pane: LikenessPane, ofLayer: false },
  { value: 'trial', label: 'What if', pane: TrialPane, ofLayer: false },
];
