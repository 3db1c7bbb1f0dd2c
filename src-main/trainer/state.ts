/** All of a network's state, between the session and JavaScript. */

import type { CompiledModel } from '../graph/node.ts';
import type { Session } from '../tensorflow/session.ts';
import { float32Data, float32Tensor } from '../tensorflow/tensor.ts';
import type { StoredTensor } from './safetensors.ts';

/** Reads every variable, in the order of `compiled.variables`. */
export function readState({ compiled, session }: { compiled: CompiledModel; session: Session }): StoredTensor[] {
  const values = session.run({}, compiled.state.read);
  return compiled.variables.map(({ name, shape }, index) => ({ name, shape, data: float32Data(values[index]) }));
}

/** Assigns every variable; tensors are in the order of `compiled.variables`. */
export function writeState(
  { compiled, session }: { compiled: Pick<CompiledModel, 'state'>; session: Session },
  tensors: readonly StoredTensor[],
): void {
  const feeds = compiled.state.feed.map((name, index) => {
    const tensor = tensors[index];
    if (tensor === undefined) throw new Error(`no value for "${name}"`);
    return [name, float32Tensor(tensor.shape, tensor.data)] as const;
  });
  session.run(Object.fromEntries(feeds), [compiled.state.write]);
}

/** Name of the first tensor that holds NaN or an infinity; undefined when all is well. */
export function firstNonFinite(tensors: readonly StoredTensor[]): string | undefined {
  return tensors.find(({ data }) => !data.every(Number.isFinite))?.name;
}
