/** MODEL and --input as typed. */

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { DenseLabError } from '../contract/errors.ts';
import type { InputShape, ModelSpec } from '../contract/model.ts';
import { modelFromName } from '../model/presets.ts';
import { parseModelSpec } from '../model/spec.ts';
import { usage } from './arguments.ts';

/** No model spec comes near it; a wrong file is told before it is read. */
const LARGEST_SPEC_FILE = 1_000_000;

/**
 * The model of a name, or of a JSON file: anything with a `/`, a `\` or the ending `.json`.
 * @throws DenseLabError `model-unknown`, `model-invalid`, `path-missing`, `path-unreadable`.
 */
export function readModel(word: string): ModelSpec {
  return /[/\\]|\.json$/i.test(word) ? readModelFile(path.resolve(word)) : modelFromName(word);
}

/** HxWxC, or HxW for RGB. @throws DenseLabError `usage` */
export function readInput(text: string): InputShape {
  const match = /^(\d{1,6})x(\d{1,6})(?:x(\d{1,6}))?$/i.exec(text.trim());
  if (match === null) throw usage(`The option --input takes a size, not "${text}".`, 'Write, say, --input 32x32x3.');
  return { height: Number(match[1]), width: Number(match[2]), channels: Number(match[3] ?? 3) };
}

function readModelFile(file: string): ModelSpec {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) {
    throw new DenseLabError(
      'path-missing',
      `There is no model file ${file}.`,
      'Check the path, or give a model by name.',
    );
  }
  if (!status.isFile() || status.size > LARGEST_SPEC_FILE) {
    throw new DenseLabError('model-invalid', `${file} is not a model file.`, 'Give a JSON file with a model spec.');
  }
  return parseModelSpec(parseJson(file, readFileSync(file, 'utf8')));
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new DenseLabError(
      'model-invalid',
      `The model file ${file} is not valid JSON.`,
      'Correct it and try again.',
      String(thrown),
    );
  }
}
