import { describe, expect, it } from 'vitest';
import { modelFromName } from '../../../src-main/model/presets.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { highlightPart, layOutArchitecture, partAt } from '../../../src-renderer/drawing/architecture.ts';
import { factsOf, partsOf, stagesOf } from '../../../src-renderer/drawing/architectureStages.ts';

const PANE = { width: 704, height: 436 };

function plan(name: string, edge = 32) {
  return planModel(modelFromName(name), { height: edge, width: edge, channels: 3 }, 10);
}

function draw(name: string, pane = PANE, scale: 'fit' | 'every-map' = 'fit', edge = 32) {
  return layOutArchitecture(plan(name, edge), pane, scale);
}

describe('layOutArchitecture', () => {
  it('draws a bar for the input and one for each layer, with all connections of the block', () => {
    const [first] = draw('densenet-bc-40-12').blocks;
    expect(first?.bars).toHaveLength(7);
    expect(first?.arcsPath.match(/C/g)).toHaveLength(21);
  });

  it('makes bar heights proportional to the number of maps', () => {
    const drawing = draw('densenet-bc-40-12');
    const heights = drawing.blocks.map((block) => drawing.base - (block.bars.at(-1)?.top ?? 0));
    const maps = plan('densenet-bc-40-12').blocks.map((block) => block.outputChannels);
    heights.forEach((height, index) => expect(height / drawing.pixelsPerMap).toBeCloseTo(maps[index] ?? 0, 6));
  });

  it.each(['densenet-bc-22-12', 'densenet-bc-40-12', 'densenet-bc-250-24', 'densenet-100-24'])(
    'fits %s into panes of a small and a large window, arcs included',
    (name) => {
      for (const pane of [
        { width: 528, height: 380 },
        { width: 848, height: 620 },
      ]) {
        const drawing = draw(name, pane);
        expect(drawing.width).toBeLessThanOrEqual(pane.width);
        expect(drawing.height).toBeLessThanOrEqual(pane.height);
        for (const block of drawing.blocks) expect(highestPoint(block.arcsPath)).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it('keeps blocks and transitions apart, left to right', () => {
    const drawing = draw('densenet121', PANE, 'fit', 224);
    expect(drawing.blocks).toHaveLength(4);
    drawing.blocks.reduce((right, block) => {
      expect(block.x).toBeGreaterThan(right);
      return block.right;
    }, 0);
  });

  it('gives each map three pixels when every map is asked for, whatever the pane', () => {
    const drawing = draw('densenet-bc-190-40', PANE, 'every-map');
    expect(drawing.pixelsPerMap).toBe(3);
    expect(drawing.width).toBeGreaterThan(PANE.width);
    expect(Math.min(...drawing.blocks.map((block) => highestPoint(block.arcsPath)))).toBeGreaterThanOrEqual(0);
  });

  it('stays small for the deepest networks', () => {
    const drawing = draw('densenet-250-24');
    const size = drawing.blocks.reduce(
      (sum, { arcsPath, earlierPath }) => sum + arcsPath.length + earlierPath.length,
      0,
    );
    expect(drawing.blocks[0]?.bars).toHaveLength(83);
    expect(size).toBeLessThan(400_000);
  });

  it('shortens captions where a block is narrow, and never drops its name', () => {
    const wide = draw('densenet-bc-40-12', { width: 848, height: 436 }).blocks[0]?.captions;
    const narrow = draw('densenet-bc-40-12', { width: 420, height: 436 }).blocks[0]?.captions;
    expect(wide).toEqual(['Block 1', '24 to 96 maps, 32×32', '6 layers, 21 connections']);
    expect(narrow?.[0]).toBe('Block 1');
    expect(narrow?.[2]).toBe('6 layers');
  });
});

describe('pointing at a part', () => {
  const drawing = draw('densenet-bc-40-12');

  it('finds the layer whose bar is under the pointer', () => {
    const bar = drawing.blocks[1]?.bars[5];
    const part = partAt(drawing, drawing.left + (bar?.centre ?? 0));
    expect(drawing.parts[part]?.address).toEqual({ kind: 'layer', block: 2, layer: 5 });
  });

  it('finds nothing on the image', () => {
    expect(partAt(drawing, 20)).toBe(-1);
  });

  it('emphasises exactly what the layer reads', () => {
    const index = drawing.parts.findIndex(
      ({ address }) => address.kind === 'layer' && address.block === 2 && address.layer === 5,
    );
    const highlight = highlightPart(drawing, index);
    expect(highlight.arcs.match(/C/g)).toHaveLength(5);
    for (const curve of highlight.arcs.split('M').filter(Boolean)) {
      expect(drawing.blocks[1]?.arcsPath).toContain(curve);
    }
  });

  it('emphasises no arc for parts that are no dense layer', () => {
    expect(highlightPart(drawing, 0)).toEqual({ arcs: '', added: '' });
    expect(highlightPart(drawing, -1)).toEqual({ arcs: '', added: '' });
  });
});

describe('stages and facts', () => {
  const network = plan('densenet-bc-40-12');

  it('adds up to the whole network', () => {
    const stages = stagesOf(network);
    expect(stages.map(({ kind, index }) => `${kind}${String(index)}`)).toEqual([
      ...['stem1', 'block1', 'transition1', 'block2', 'transition2', 'block3', 'classifier1'],
    ]);
    expect(stages.reduce((sum, stage) => sum + stage.parameters, 0)).toBe(network.parameters);
    expect(stages.reduce((sum, stage) => sum + stage.multiplyAdds, 0)).toBe(network.multiplyAdds);
    expect(stages[1]?.outputShape).toEqual([32, 32, 96]);
  });

  it('counts every part once', () => {
    const parts = partsOf(network);
    expect(parts).toHaveLength(1 + 18 + 2 + 1);
    expect(parts.reduce((sum, part) => sum + factsOf(network, part).parameters, 0)).toBe(network.parameters);
  });

  it('tells what a dense layer reads, does and costs', () => {
    const facts = factsOf(network, { kind: 'layer', block: 2, layer: 5 });
    expect(facts.operations.map(({ operation }) => operation.kind)).toEqual([
      ...['batchNorm', 'relu', 'convolution', 'batchNorm', 'relu', 'convolution'],
    ]);
    expect(facts.inputShape).toEqual([16, 16, 96]);
    expect(facts.outputShape).toEqual([16, 16, 12]);
    expect(facts.parameters).toBe(2 * 96 + 96 * 48 + 2 * 48 + 9 * 48 * 12);
    expect(facts.multiplyAdds).toBe((96 * 48 + 9 * 48 * 12) * 256);
  });
});

/** Smallest y on the arcs: a cubic whose control points share their y peaks at 3/4 of the way to them. */
function highestPoint(path: string): number {
  const curves = [...path.matchAll(/M[\d.-]+ ([\d.-]+)C[\d.-]+ ([\d.-]+) [\d.-]+ [\d.-]+ [\d.-]+ ([\d.-]+)/g)];
  return Math.min(...curves.map(([, from, control, to]) => (Number(from) + Number(to)) / 8 + Number(control) * 0.75));
}
