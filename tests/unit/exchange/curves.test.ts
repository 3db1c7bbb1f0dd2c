import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunCurves } from '../../../src-main/contract/run.ts';
import { crc32c } from '../../../src-main/exchange/curves/crc32c.ts';
import { toCurvesCsv } from '../../../src-main/exchange/curves/csv.ts';
import { eventFileName, toEventFile } from '../../../src-main/exchange/curves/tensorboard.ts';
import { buildEpoch } from '../../support/runs.ts';

const PYTHON = process.env['DENSELAB_PYTHON'] ?? 'python3';
const hasTensorBoard = spawnSync(PYTHON, ['-c', 'import tensorboard']).status === 0;

const CURVES: RunCurves = {
  steps: {
    step: [1, 2, 3, 4],
    loss: [2.5, Number.NaN, 1.25, Number.POSITIVE_INFINITY],
    learningRate: [0.1, 0.1, 0.01, 0.01],
    gradientNorm: [1, Number.NaN, 0.5, 0.5],
  },
  epochs: [
    buildEpoch(1, { step: 2, trainSeconds: 8, evaluationSeconds: 2 }),
    buildEpoch(2, { step: 4, trainSeconds: 4 }),
  ],
};

describe('the checksum of record files', () => {
  it('is that of RFC 3720', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  });
});

describe('curves as CSV', () => {
  it('have one line per step and one per epoch after its last step, with every digit', () => {
    const lines = toCurvesCsv(CURVES).split('\r\n');
    expect(lines[0]).toBe(
      'step,epoch,loss,learning_rate,gradient_norm,train_loss,train_accuracy,held_out_loss,held_out_accuracy,images_per_second,train_seconds,evaluation_seconds,resident_bytes',
    );
    expect(lines.slice(1, 4)).toEqual([
      '1,,2.5,0.1,1,,,,,,,,',
      '2,,nan,0.1,nan,,,,,,,,',
      '2,1,,0.1,,1,0.5,1.5,0.4,120,8,2,400000000',
    ]);
    expect(lines[5]).toBe('4,,inf,0.01,0.5,,,,,,,,');
    expect(lines).toHaveLength(8);
  });
});

describe('curves as an event file', () => {
  it('are framed with length and checksums', () => {
    for (const record of toEventFile(CURVES, 1000)) {
      const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
      expect(Number(view.getBigUint64(0, true))).toBe(record.length - 16);
      const unmasked = (stored: number): number => {
        const rotated = (stored - 0xa282ead8) >>> 0;
        return ((rotated << 15) | (rotated >>> 17)) >>> 0;
      };
      expect(unmasked(view.getUint32(8, true))).toBe(crc32c(record.subarray(0, 8)));
      expect(unmasked(view.getUint32(record.length - 4, true))).toBe(crc32c(record.subarray(12, -4)));
    }
  });

  it.skipIf(!hasTensorBoard)('are what TensorBoard reads', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'denselab-events-'));
    try {
      writeFileSync(path.join(folder, eventFileName(7)), Buffer.concat(toEventFile(CURVES, 1000)));
      const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]); events.Reload()
print(json.dumps({tag: [[e.wall_time, e.step, repr(e.value)] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']}))`;
      const { stdout, stderr } = spawnSync(PYTHON, ['-c', script, folder], { encoding: 'utf8' });
      const found: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? stderr);
      expect(found).toMatchObject({
        'train/loss': [
          [1004, 1, '2.5'],
          [1008, 2, 'nan'],
          [1012, 3, '1.25'],
          [1014, 4, 'inf'],
        ],
        'train/gradient_norm': [
          [1004, 1, '1.0'],
          [1008, 2, 'nan'],
          [1012, 3, '0.5'],
          [1014, 4, '0.5'],
        ],
        'epoch/evaluation_seconds': [
          [1008, 2, '2.0'],
          [1014, 4, '1.0'],
        ],
        'epoch/held_out_accuracy': [
          [1008, 2, expect.stringMatching(/^0\.4/)],
          [1014, 4, expect.stringMatching(/^0\.4/)],
        ],
        epoch: [
          [1008, 2, '1.0'],
          [1014, 4, '2.0'],
        ],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
