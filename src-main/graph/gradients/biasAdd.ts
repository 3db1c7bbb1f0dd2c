import { biasAddGradient as sumOverAllButChannels } from '../ops/biasAddGradient.ts';
import { onlyGradient, wants, type GradientRule } from './rule.ts';

/** Gradient of BiasAdd: itself for the argument, summed over all but the channels for the bias. */
export const biasAddGradient: GradientRule = (context) => {
  const gradient = onlyGradient(context);
  return [gradient, wants(context, 1) ? sumOverAllButChannels(context.scope, gradient) : undefined];
};
