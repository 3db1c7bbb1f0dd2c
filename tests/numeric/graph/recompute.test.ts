import { describe, expect, it } from 'vitest';

import { KINDS, RunningNetwork } from '../../support/graph/network.ts';

describe.each(Object.entries(KINDS))('recomputation in a network of the kind %s', (_, options) => {
  it('changes no bit of the weights, velocities and moving averages after three steps', () => {
    const trained = (recomputation: boolean) =>
      RunningNetwork.use({ ...options, settings: { ...options.settings, recomputation } }, (network) => {
        for (let step = 1; step <= 3; step++) network.step(network.batch(4, step), 0.1, step);
        return network.read();
      });
    expect(trained(true)).toEqual(trained(false));
  });
});
