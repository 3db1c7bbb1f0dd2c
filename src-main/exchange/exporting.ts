/** A checkpoint in the form of other software. */

import { assertNever } from '../contract/errors.ts';
import type { LayerPlan } from '../contract/model.ts';
import { compileInference } from '../graph/inference.ts';
import { planModel } from '../model/plan.ts';
import { encodeSavedModel } from '../tensorflow/encode.ts';
import type { Checkpoint } from '../trainer/checkpoint.ts';
import { encodeHeader, type StoredTensor } from '../trainer/safetensors.ts';
import { encodeOnnx } from './onnx/model.ts';
import type { OutputFiles } from './output.ts';
import { tensorsOf, torchNameOf, toTorch } from './torchNames.ts';

/** Families that torchvision has names for. */
const TORCH_FAMILIES: ReadonlySet<string> = new Set(['densenet']);
/** Key of the metadata under which a safetensors file keeps what its tensors do not hold. */
const METADATA_KEY = 'denselab';

/** What can be written. */
export type ExportFormat = 'savedmodel' | 'safetensors' | 'onnx';
/** How tensors of a safetensors file are named and laid out. */
export type TensorNames = 'torchvision' | 'denselab';

/** What an export writes: a folder for a SavedModel, else one file. */
export function outputFiles(format: ExportFormat): { readonly folder: boolean; readonly names: readonly string[] } {
  return format === 'savedmodel' ? { folder: true, names: ['saved_model.pb'] } : { folder: false, names: [] };
}

/** The network of a checkpoint. */
function planOf({ description }: Pick<Checkpoint, 'description'>): LayerPlan {
  const { model, input, dataset } = description;
  return planModel(model, input, dataset.classNames.length);
}

/** The planned tensors of a checkpoint by name, without the optimizer's. */
function weightsOf({ tensors }: Checkpoint): ReadonlyMap<string, Float32Array> {
  return new Map(tensors.map(({ name, data }) => [name, data]));
}

/** Encodes a checkpoint; what `outputFiles` says, with its content. */
export function exportFiles(checkpoint: Checkpoint, format: ExportFormat, names: TensorNames): OutputFiles {
  const { folder, names: files } = outputFiles(format);
  return { folder, entries: [{ name: files[0] ?? '', chunks: encode(checkpoint, format, names) }] };
}

function encode(checkpoint: Checkpoint, format: ExportFormat, names: TensorNames): readonly Uint8Array[] {
  const plan = planOf(checkpoint);
  const { mean, standardDeviation } = checkpoint.description.dataset;
  const normalisation = { mean, standardDeviation };
  switch (format) {
    case 'savedmodel': {
      const { graph, images, logits, probabilities } = compileInference(plan, normalisation, weightsOf(checkpoint));
      return [encodeSavedModel(graph, undefined, { inputs: { images }, outputs: { logits, probabilities } })];
    }
    case 'onnx':
      return [encodeOnnx(plan, normalisation, weightsOf(checkpoint))];
    case 'safetensors':
      return safetensors(checkpoint, plan, names);
    default:
      return assertNever(format);
  }
}

function safetensors(checkpoint: Checkpoint, plan: LayerPlan, names: TensorNames): readonly Uint8Array[] {
  const values = new Map(checkpoint.tensors.map((tensor) => [tensor.name, tensor]));
  const torch = names === 'torchvision' && TORCH_FAMILIES.has(plan.spec.family);
  const tensors = tensorsOf(plan).map((planned): StoredTensor => {
    const stored = values.get(planned.name);
    if (stored === undefined) throw new Error(`the checkpoint lacks ${planned.name}`);
    return torch ? toTorch(planned, torchNameOf(planned) ?? planned.name, stored.data) : stored;
  });
  const { dataset, input } = checkpoint.description;
  const { mean, standardDeviation, classNames } = dataset;
  const facts = { mean, standardDeviation, input, classNames };
  // `pt` is what safetensors.torch and transformers expect of torch's layouts.
  const metadata = { ...(torch ? { format: 'pt' } : {}), [METADATA_KEY]: JSON.stringify(facts) };
  const bytes = ({ data }: StoredTensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [encodeHeader(tensors, metadata), ...tensors.map(bytes)];
}
