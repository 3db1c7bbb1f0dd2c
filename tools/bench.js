/**
 * `npm run bench`: bundles tests/bench and runs it. Sets up TensorFlow first; takes a few minutes and wants a machine that does
 * nothing else. With `--peers` also PyTorch and Keras, which are installed into the cache folder. Arguments go to
 * tests/bench/main.ts; `npm run bench -- memory` measures peaks instead (tests/bench/memory.ts), `npm run
 * bench -- forecast` judges forecasts (tests/bench/forecast.ts), `npm run bench -- import` imports beside
 * torchvision and Keras (tests/bench/import), `npm run bench -- inspect` looks into a network (tests/bench/inspect.ts, after
 * `npm run build`), `npm run bench -- recording` what recording gradients costs (tests/bench/recording.ts), `npm run bench -- store [FOLDER]` measures a large store of runs (tests/bench/store.ts), `npm run bench -- start`
 * the start of the window (tests/bench/start.ts; wants a display).
 */
import path from 'node:path';
import { build } from 'vite';

import { cacheDirectory } from '../src-main/runtime/cache.js';
import { describeFailure } from '../src-main/runtime/failure.js';
import { ensureBuilt } from './setup/build.js';
import { ensureRuntimes } from './setup/install.js';
import { ensurePeers } from './setup/peers.js';
import { ROOT } from './setup/pins.js';
import { createReporter } from '../src-main/runtime/reporter.js';
import { prepareWindow, requireDisplay, runForeground } from './setup/window.js';

const OUT = path.join(ROOT, 'out', 'bench');
const reporter = createReporter();

/** Every contender is a program of its own. */
async function bundle() {
  const entry = (/** @type {string} */ name) => [name, path.join(ROOT, 'tests', 'bench', `${name}.ts`)];
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node20',
      outDir: OUT,
      rollupOptions: {
        external: [/^@tensorflow\//, 'better-sqlite3', '@napi-rs/image', 'playwright'],
        input: {
          ...Object.fromEntries(
            [
              'main',
              'denselab',
              'tfjsLayers',
              'rates',
              'worker',
              'memory',
              'forecast',
              'inspect',
              'recording',
              'store',
              'start',
            ].map(entry),
          ),
          importMain: path.join(ROOT, 'tests', 'bench', 'import', 'main.ts'),
          importDenselab: path.join(ROOT, 'tests', 'bench', 'import', 'denselab.ts'),
          decoder: path.join(ROOT, 'src-main', 'decoder', 'decoder.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
  });
}

try {
  const words = process.argv.slice(2);
  if (words[0] === 'start') {
    requireDisplay('npm run bench -- start');
    await prepareWindow(reporter);
    await ensureBuilt(reporter);
  } else {
    const { failures } = await ensureRuntimes(reporter, { parts: ['tensorflow', 'kernels', 'images', 'sqlite'] });
    if (failures[0]) throw failures[0];
  }
  await bundle();
  process.chdir(ROOT);
  const cache = cacheDirectory();
  const needsPeers = words.includes('--peers') || words[0] === 'import';
  const python = needsPeers ? await ensurePeers(cache, reporter) : '';
  const alone = ['memory', 'forecast', 'inspect', 'recording', 'store', 'start'].find((name) => name === words[0]);
  const args =
    alone !== undefined
      ? [path.join(OUT, `${alone}.cjs`), ...words.slice(1)]
      : words[0] === 'import'
        ? [path.join(OUT, 'importMain.cjs')]
        : [path.join(OUT, 'main.cjs'), ...words];
  process.exitCode = await runForeground(process.execPath, args, {
    ...process.env,
    DENSELAB_CACHE: cache,
    DENSELAB_BENCH_PYTHON: python,
  });
} catch (error) {
  reporter.say(describeFailure(error));
  process.exitCode = 1;
}
