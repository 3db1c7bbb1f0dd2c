/** The self-test of a network without a dataset: the graph that the paper's recipe would train it with. */

import type { KernelProof, ProvenNetwork } from '../contract/engine.ts';
import { PAPER_RECIPE } from '../contract/recipe.ts';
import { compileModel } from '../graph/compile.ts';
import { planModel } from '../model/plan.ts';
import { titleOf } from '../model/spec.ts';
import { selfTest } from '../tensorflow/selftest/selfTest.ts';
import { compileSettings } from './settings.ts';

/** Any statistics: they are constants of the graph, and kernels do not depend on them. */
const MEAN = 128;
const STANDARD_DEVIATION = 64;

/**
 * Checks every kernel of a network, or reads what an earlier check found.
 * @param fresh whether to check again
 * @throws DenseLabError `model-invalid`, `runtime-missing`, `runtime-broken`
 */
export function proveNetwork({ model, input, classes }: ProvenNetwork, fresh: boolean): KernelProof {
  const { channels } = input;
  const statistics = {
    mean: Array.from({ length: channels }, () => MEAN),
    standardDeviation: Array.from({ length: channels }, () => STANDARD_DEVIATION),
    classNames: Array.from({ length: classes }, (_, index) => String(index)),
  };
  const settings = compileSettings(PAPER_RECIPE, statistics, []);
  const { graph } = compileModel(planModel(model, input, classes), settings);
  const { kernels, failures, seconds, checkedAt } = selfTest(graph, undefined, undefined, fresh);
  return { model: titleOf(model), input, kernels, failures, seconds, checkedAt };
}
