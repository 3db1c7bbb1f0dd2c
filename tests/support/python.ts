/** Exports in other software, where Python has it. `DENSELAB_PYTHON` names the interpreter; `python3` otherwise. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const PYTHON = process.env['DENSELAB_PYTHON'] ?? 'python3';

/** Whether Python has a package; tests that need it are shown as skipped otherwise. */
export function has(module: string): boolean {
  return spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}

const outputs = z.object({ logits: z.array(z.number()), probabilities: z.array(z.number()) });

/** Logits and probabilities, row by row, of an export that Python loads. @param images uint8 [n, height, width, channels] */
export function loadInPython(
  kind: 'onnx' | 'savedmodel' | 'safetensors',
  out: string,
  { shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
): z.infer<typeof outputs> {
  const images = `${out}.images`;
  writeFileSync(images, Uint8Array.from(data));
  return outputs.parse(runPython('loadExport.py', [kind, out, images, ...shape.slice(1).map(String)]));
}

/** What a script beside this file prints last: JSON. @throws Error with its error output when it fails */
export function runPython(script: string, words: readonly string[]): unknown {
  const call = spawnSync(PYTHON, [path.join(import.meta.dirname, script), ...words], { encoding: 'utf8' });
  if (call.status !== 0) throw new Error(call.stderr);
  return JSON.parse(call.stdout.trim().split('\n').at(-1) ?? '');
}
