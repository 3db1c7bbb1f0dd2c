/** A SavedModel on disk: the form in which the binding takes a graph. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Graph } from '../graph/node.ts';
import { encodeSavedModel } from './encode.ts';

/**
 * Writes `saved_model.pb` into `directory`, which is made if need be. Any TensorFlow loads it under the tag `serve`.
 * Variables are not stored: a graph initialises them itself. `device` as in `encodeSavedModel`.
 */
export function writeSavedModel(graph: Graph, directory: string, device?: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'saved_model.pb'), encodeSavedModel(graph, device));
}
