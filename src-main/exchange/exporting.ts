/** A checkpoint in the form of other software. */

import { assertNever } from '../contract/errors.ts';
import type { ExportFormat } from '../contract/exchange.ts';
import { compileInference } from '../graph/inference.ts';
import { tensorsOf } from '../model/plan.ts';
import { encodeSavedModel } from '../tensorflow/encode.ts';
import type { Checkpoint } from '../trainer/checkpoint.ts';
import { encodeHeader, type StoredTensor } from '../trainer/safetensors.ts';
import { trainedWeights, type TrainedWeights } from '../trainer/trainedWeights.ts';
import { encodeFacts } from './facts.ts';
import { encodeOnnx } from './onnx/model.ts';
import type { OutputFiles } from './output.ts';
import { torchNameOf, toTorch } from './torchNames.ts';

/** Families that torchvision has names for. */
const TORCH_FAMILIES: ReadonlySet<string> = new Set(['densenet']);

/** How tensors of a safetensors file are named and laid out. */
export type TensorNames = 'torchvision' | 'denselab';

/** What an export writes: a folder for a SavedModel, else one file. */
export function outputFiles(format: ExportFormat): { readonly folder: boolean; readonly names: readonly string[] } {
  return format === 'savedmodel' ? { folder: true, names: ['saved_model.pb'] } : { folder: false, names: [] };
}

/** Encodes a checkpoint; what `outputFiles` says, with its content. */
export function exportFiles(checkpoint: Checkpoint, format: ExportFormat, names: TensorNames): OutputFiles {
  const { folder, names: files } = outputFiles(format);
  return { folder, entries: [{ name: files[0] ?? '', chunks: encode(checkpoint, format, names) }] };
}

/** Bytes of what is written. */
export function sizeOf({ entries }: OutputFiles): number {
  return entries.flatMap(({ chunks }) => chunks).reduce((sum, chunk) => sum + chunk.length, 0);
}

function encode(checkpoint: Checkpoint, format: ExportFormat, names: TensorNames): readonly Uint8Array[] {
  const weights = trainedWeights(checkpoint, `of epoch ${String(checkpoint.description.epoch)}`);
  const { plan, normalisation, values } = weights;
  switch (format) {
    case 'savedmodel': {
      const { graph, images, logits, probabilities } = compileInference(plan, normalisation, values);
      return [encodeSavedModel(graph, undefined, { inputs: { images }, outputs: { logits, probabilities } })];
    }
    case 'onnx':
      return [encodeOnnx(plan, normalisation, values)];
    case 'safetensors':
      return safetensors(checkpoint, weights, names);
    default:
      return assertNever(format);
  }
}

function safetensors(
  { description }: Checkpoint,
  { plan, values }: TrainedWeights,
  names: TensorNames,
): readonly Uint8Array[] {
  const torch = names === 'torchvision' && TORCH_FAMILIES.has(plan.spec.family);
  const tensors = tensorsOf(plan).map((planned): StoredTensor => {
    const { name, shape } = planned;
    const data = values.get(name);
    if (data === undefined) throw new Error(`${name} was looked for before`);
    return torch ? toTorch(planned, torchNameOf(planned) ?? name, data) : { name, shape, data };
  });
  // `pt` is what safetensors.torch and transformers expect of torch's layouts.
  const metadata = { ...(torch ? { format: 'pt' } : {}), ...encodeFacts(description) };
  const bytes = ({ data }: StoredTensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [encodeHeader(tensors, metadata), ...tensors.map(bytes)];
}
