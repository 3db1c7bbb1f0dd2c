import { svelte } from '@sveltejs/vite-plugin-svelte';
import path from 'node:path';
import { defineConfig } from 'electron-vite';

/** Native or self-locating packages stay outside the bundles. */
const external = ['electron', 'better-sqlite3', '@napi-rs/image', /^@tensorflow\//];

/** Electron 25 (development fallback) has Node 18 and Chromium 114; every bundle runs there too. */
export default defineConfig({
  main: {
    build: {
      target: 'node18',
      externalizeDeps: false,
      sourcemap: true,
      rollupOptions: {
        external,
        input: {
          index: 'src-main/index.ts',
          cli: 'src-main/cli.ts',
          worker: 'src-main/trainer/worker.ts',
          decoder: 'src-main/decoder/decoder.ts',
          analyst: 'src-main/analyst/analyst.ts',
          probe: 'src-main/experiments/probe.ts',
          network: 'src-main/inference/networkProcess.ts',
          inspector: 'src-main/inspection/inspectorProcess.ts',
          installer: 'src-main/runtime/installer.ts',
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
  },
  preload: {
    build: {
      target: 'node18',
      externalizeDeps: false,
      sourcemap: true,
      rollupOptions: {
        external,
        input: { index: 'src-main/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [svelte()],
    // The page's own address is app://denselab, so the socket of hot reload has to be told where the server is.
    server: { port: 5173, strictPort: true, hmr: { protocol: 'ws', host: 'localhost', clientPort: 5173 } },
    build: {
      target: 'chrome114',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: { index: path.resolve(import.meta.dirname, 'src-renderer/index.html') } },
    },
  },
});
