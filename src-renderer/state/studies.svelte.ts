import type { InspectedCheckpoint, InspectionEvent } from '../../src-main/contract/inspect.ts';
import type {
  GradientFlow,
  LayerSimilarity,
  LinearProbe,
  NetworkChange,
  WhatIf,
} from '../../src-main/contract/study.ts';
import type { Client } from '../bridge/client.ts';
import { Asked } from './asked.svelte.ts';

/** What has been found by experiment in one run. */
export class RunStudies {
  readonly flow = new Asked<GradientFlow>();
  readonly probe = new Asked<LinearProbe>();
  readonly trial = new Asked<WhatIf>();
  /** What was tried since the run was opened, the newest first. */
  tried: readonly WhatIf[] = $state.raw([]);
}

/** Experiments with the networks that are looked into. Answers stay while the window is open. */
export class StudiesState {
  /** CKA between the layers of A and B, or of A with itself. */
  readonly likeness = new Asked<LayerSimilarity>();
  /** The pass over images that goes on; of the last one its end. */
  progress: InspectionEvent | null = $state.raw(null);
  /** What will be tried next. */
  changes: readonly NetworkChange[] = $state.raw([]);
  readonly #client: Client;
  readonly #runs = new Map<number, RunStudies>();

  constructor(client: Client) {
    this.#client = client;
    client.on('inspection', (event) => (this.progress = event));
  }

  /** Of one run. */
  of(run: number): RunStudies {
    const known = this.#runs.get(run) ?? new RunStudies();
    this.#runs.set(run, known);
    return known;
  }

  /** Reads what was recorded while training; costs nothing. */
  readFlow(run: number): void {
    void this.of(run).flow.ask(() => this.#client.request('inspect/gradients', { run }));
  }

  /** Fits probes; a minute or so where it was not done before. */
  probe(checkpoint: InspectedCheckpoint): void {
    this.progress = null;
    void this.of(checkpoint.run).probe.ask(() => this.#client.request('inspect/probe', checkpoint));
  }

  /** Sets the layers of two networks against each other. */
  compare(a: InspectedCheckpoint, b: InspectedCheckpoint): void {
    this.progress = null;
    void this.likeness.ask(() => this.#client.request('inspect/similarity', { a, b }));
  }

  /** Adds to what will be tried; what is there already stays once. */
  plan(change: NetworkChange): void {
    const others = this.changes.filter((other) =>
      change.kind === 'quantise' ? other.kind !== 'quantise' : JSON.stringify(other) !== JSON.stringify(change),
    );
    this.changes = [...others, change];
  }

  /** Takes something out of what will be tried. */
  unplan(change: NetworkChange): void {
    this.changes = this.changes.filter((other) => other !== change);
  }

  /** Tries the changes that are planned. */
  async try(checkpoint: InspectedCheckpoint): Promise<void> {
    const { changes } = this;
    const studies = this.of(checkpoint.run);
    this.progress = null;
    const found = await studies.trial.ask(() => this.#client.request('inspect/whatIf', { ...checkpoint, changes }));
    if (found !== null) studies.tried = [found, ...studies.tried];
  }

  /** Ends the passes over images that go on for a run. */
  cancel(run: number): void {
    void this.#client.request('inspect/cancel', { run });
  }
}
