import type { TensorStatistics } from '../../../src-main/contract/inspect.ts';

/** What a learnt tensor is called. */
export const ROLE_WORDS: Readonly<Record<TensorStatistics['role'], string>> = {
  weights: 'Weights',
  bias: 'Bias',
  gamma: 'BN scale γ',
  beta: 'BN shift β',
  movingMean: 'BN moving mean',
  movingVariance: 'BN moving variance',
};
