/** Exports in other software, where Python has it. `DENSELAB_PYTHON` names the interpreter; `python3` otherwise. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const PYTHON = process.env['DENSELAB_PYTHON'] ?? 'python3';
const SCRIPT = path.join(import.meta.dirname, 'loadExport.py');

/** Whether Python has a package; tests that need it are shown as skipped otherwise. */
export function has(module: string): boolean {
  return spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}

/** What other software says of images, one row of numbers after another. */
export interface LoadedOutputs {
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
}

/** Loads an export in Python and predicts. @param images uint8 [n, height, width, channels] */
export function loadInPython(
  kind: 'onnx' | 'savedmodel' | 'safetensors',
  out: string,
  { shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
): LoadedOutputs {
  const images = `${out}.images`;
  writeFileSync(images, Uint8Array.from(data));
  const call = spawnSync(PYTHON, [SCRIPT, kind, out, images, ...shape.slice(1).map(String)], { encoding: 'utf8' });
  if (call.status !== 0) throw new Error(call.stderr);
  return JSON.parse(call.stdout.trim().split('\n').at(-1) ?? '');
}
