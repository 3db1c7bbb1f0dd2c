/** What stands below a block of the architecture drawing. */

import type { PlannedBlock } from '../../src-main/contract/model.ts';

/** Mean width of a character at 11 pixels. */
const CHARACTER = 5.8;

/** Up to three lines about a block, each in its longest form that fits `room` pixels; a line that fits in none is left out. */
export function fitCaptions(block: PlannedBlock, room: number): readonly string[] {
  const size = `${String(block.height)}×${String(block.width)}`;
  const maps = `${String(block.inputChannels)} to ${String(block.outputChannels)}`;
  const counted = block.layers === 1 ? '1 layer' : `${String(block.layers)} layers`;
  const connections = `${String(block.connections)} ${block.connections === 1 ? 'connection' : 'connections'}`;
  const lines = [
    [`Block ${String(block.index)}`, `B${String(block.index)}`],
    [`${maps} maps, ${size}`, `${maps} maps`, maps],
    [`${counted}, ${connections}`, connections, counted],
  ];
  return lines.flatMap((forms) => forms.find((form) => form.length * CHARACTER <= room) ?? []);
}
