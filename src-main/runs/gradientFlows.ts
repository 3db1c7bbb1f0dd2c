/** The tables `flow_layers` and `flow_epochs`. */

import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { LayerFlow } from '../contract/study.ts';
import { json, type Row } from './columns.ts';

/** How the epochs of a run moved its layers. */
export interface RecordedFlow {
  readonly layers: readonly string[];
  /** Rising. */
  readonly epochs: readonly number[];
  /** [layer][epoch]. */
  readonly gradientNorm: readonly (readonly number[])[];
  /** [layer][epoch]; null where the layer's parameters were 0. */
  readonly updateRatio: readonly (readonly (number | null)[])[];
}

const storedLayers = z.array(z.string());

/** Gradient flow as it was recorded. */
export class GradientFlows {
  readonly #name: Statement<[number, string]>;
  readonly #add: Statement<[number, number, Uint8Array]>;
  readonly #drop: Statement<[number, number]>;
  readonly #layers: Statement<[number], Row>;
  readonly #epochs: Statement<[number], [number, Buffer]>;

  constructor(database: Database) {
    this.#name = database.prepare('INSERT OR REPLACE INTO flow_layers VALUES (?, ?)');
    this.#add = database.prepare('INSERT OR REPLACE INTO flow_epochs VALUES (?, ?, ?)');
    this.#drop = database.prepare('DELETE FROM flow_epochs WHERE run_id = ? AND epoch > ?');
    this.#layers = database.prepare('SELECT layers_json FROM flow_layers WHERE run_id = ?');
    this.#epochs = database
      .prepare<[number], [number, Buffer]>('SELECT epoch, numbers FROM flow_epochs WHERE run_id = ? ORDER BY epoch')
      .raw();
  }

  /** Adds an epoch; one that is done again replaces what was recorded first. */
  add(runId: number, epoch: number, flow: readonly LayerFlow[]): void {
    this.#name.run(runId, JSON.stringify(flow.map(({ layer }) => layer)));
    const numbers = [
      ...flow.map(({ gradientNorm }) => gradientNorm),
      ...flow.map(({ updateRatio }) => updateRatio ?? NaN),
    ];
    const bytes = Buffer.alloc(numbers.length * Float32Array.BYTES_PER_ELEMENT);
    numbers.forEach((number, at) => bytes.writeFloatLE(number, at * Float32Array.BYTES_PER_ELEMENT));
    this.#add.run(runId, epoch, bytes);
  }

  /** Forgets the epochs after `epoch`. */
  dropAfter(runId: number, epoch: number): void {
    this.#drop.run(runId, epoch);
  }

  /** What was recorded of a run; empty when nothing was. */
  of(runId: number): RecordedFlow {
    const row = this.#layers.get(runId);
    const layers = row === undefined ? [] : json(row, 'layers_json', storedLayers);
    const size = 2 * layers.length * Float32Array.BYTES_PER_ELEMENT;
    const epochs = this.#epochs.all(runId).filter(([, bytes]) => bytes.length === size);
    const numbers = (first: number): number[][] =>
      layers.map((_, at) =>
        epochs.map(([, bytes]) => bytes.readFloatLE((first + at) * Float32Array.BYTES_PER_ELEMENT)),
      );
    return {
      layers,
      epochs: epochs.map(([epoch]) => epoch),
      gradientNorm: numbers(0),
      updateRatio: numbers(layers.length).map((row) => row.map((value) => (Number.isNaN(value) ? null : value))),
    };
  }
}
