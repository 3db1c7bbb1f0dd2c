/**
 * Contender: DenseLab's own import, as the command line runs it, decoder processes and their start included; without the search for
 * duplicates, which comes later in a process of its own. Prints one JSON line.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { forkedSpawn } from '../../../src-main/cli/spawn.ts';
import { DEFAULT_CONVERSION } from '../../../src-main/contract/conversion.ts';
import { openDatasetStore } from '../../../src-main/datasets/store.ts';
import { openDecoderPool } from '../../../src-main/decoder/pool.ts';
import type { ImportAnswer, ImportTask } from './workload.ts';

async function measure({ id, folder, edge }: ImportTask): Promise<ImportAnswer> {
  const home = mkdtempSync(join(tmpdir(), 'denselab-import-bench-'));
  try {
    const store = await openDatasetStore(home, {
      decoder: openDecoderPool({ spawn: forkedSpawn(import.meta.dirname) }),
    });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    const { splits } = await store.import(
      {
        source: { kind: 'paths', paths: [folder] },
        conversion: { ...DEFAULT_CONVERSION, size: { height: edge, width: edge } },
      },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const seconds = (performance.now() - start) / 1000;
    delay.disable();
    const images = Object.values(splits).reduce((sum, split) => sum + split.images, 0);
    return { id, seconds, images, version: 'this', pauseMilliseconds: delay.max / 1e6 };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

void measure(JSON.parse(process.argv[2] ?? '') as ImportTask).then((answer) => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
