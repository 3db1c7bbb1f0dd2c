import { describe, expect, it } from 'vitest';
import { fromTorch, torchNameOf, toTorch } from '../../../src-main/exchange/torchNames.ts';
import { planModel, tensorsOf } from '../../../src-main/model/plan.ts';
import { modelFromName } from '../../../src-main/model/presets.ts';

describe("torchvision's layout", () => {
  it('names every tensor of densenet121 as its state dictionary does', () => {
    const plan = planModel(modelFromName('densenet121'), { height: 224, width: 224, channels: 3 }, 1000);
    const names = tensorsOf(plan).map(torchNameOf);
    // 121 layers with weights, a bias, and 4 tensors for each of 121 BatchNorms.
    expect(new Set(names).size).toBe(121 + 1 + 4 * 121);
    expect(names).toEqual(
      expect.arrayContaining([
        'features.conv0.weight',
        'features.norm0.running_var',
        'features.denseblock4.denselayer16.norm2.bias',
        'features.denseblock1.denselayer1.conv1.weight',
        'features.transition3.conv.weight',
        'features.norm5.running_mean',
        'classifier.weight',
        'classifier.bias',
      ]),
    );
  });

  it('turns kernels to OIHW and matrices to [out, in], and back', () => {
    const kernel = { name: 'k', role: 'weights', shape: [1, 2, 3, 2], trainable: true } as const;
    const data = Float32Array.from({ length: 12 }, (_, index) => index);
    const turned = toTorch(kernel, 'k.weight', data);
    expect(turned.shape).toEqual([2, 3, 1, 2]);
    expect([...turned.data]).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
    expect(fromTorch(kernel, turned.data).data).toEqual(data);
    const matrix = { ...kernel, shape: [2, 3] };
    expect([...toTorch(matrix, 'm', Float32Array.of(1, 2, 3, 4, 5, 6)).data]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
