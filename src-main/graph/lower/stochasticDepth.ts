/** Stochastic depth (Huang et al., ECCV 2016): residuals that count in some steps and not in others. */

import type { LayerPlan, PlannedLayer } from '../../contract/model.ts';
import { illegal } from '../illegal.ts';
import type { Tensor } from '../node.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { integers, scalar } from '../ops/constant.ts';
import { greaterEqual } from '../ops/greaterEqual.ts';
import { multiply } from '../ops/multiply.ts';
import { randomUniform } from '../ops/randomUniform.ts';
import { subtract } from '../ops/subtract.ts';
import type { Scope } from '../scope.ts';
import type { PlanIndex } from './layers.ts';
import { seedFor } from './random.ts';

/** The draws of one step. */
export class StochasticDepth {
  readonly #scope: Scope;
  readonly #seed: Tensor;
  readonly #gates = new Map<PlannedLayer, Tensor>();
  /** Which draw decides about a layer: those that nothing reads but a residual's way to its draw. */
  readonly #decidedBy = new Map<PlannedLayer, PlannedLayer>();

  constructor(scope: Scope, plan: LayerPlan, index: PlanIndex, seed: Tensor) {
    this.#scope = scope;
    this.#seed = seed;
    for (const draw of plan.layers.filter(({ operation }) => operation.kind === 'stochasticDepth')) {
      index.soleSource(draw, (layer) => {
        this.#decidedBy.set(layer, draw);
        return true;
      });
    }
  }

  /** 1 with the layer's probability of survival and 0 otherwise, float32 []; the same however often it is asked for. */
  gate(layer: PlannedLayer): Tensor {
    const gate = this.#gates.get(layer) ?? this.#draw(layer);
    this.#gates.set(layer, gate);
    return gate;
  }

  /** A statistic of the batch; the moving average itself, which then stays, when the layer is left out of this step. */
  seen(layer: PlannedLayer, statistic: Tensor, average: () => Tensor): Tensor {
    const draw = this.#decidedBy.get(layer);
    if (draw === undefined) return statistic;
    const before = average();
    const scope = this.#scope.child(layer.name);
    return add(scope, before, multiply(scope, this.gate(draw), subtract(scope, statistic, before)));
  }

  #draw(layer: PlannedLayer): Tensor {
    const { operation, name } = layer;
    if (operation.kind !== 'stochasticDepth') return illegal(`${name} draws nothing`);
    const scope = this.#scope.child(name);
    const chance = randomUniform(scope, integers(scope, []), seedFor(scope, this.#seed, name));
    return cast(scope, greaterEqual(scope, scalar(scope, operation.survival), chance), 'float32');
  }
}
