import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Each process loads TensorFlow (0.5 GB) or spawns workers: one at a time, in a process of its own. */
const heavy = { pool: 'forks', fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'golden', include: ['tests/golden/**/*.test.ts'] } },
      { test: { name: 'numeric', include: ['tests/numeric/**/*.test.ts'], ...heavy } },
      { test: { name: 'process', include: ['tests/process/**/*.test.ts'], ...heavy } },
      // Not of `npm test`: hours (`npm run torture`).
      { test: { name: 'torture', include: ['tests/torture/**/*.test.ts'], ...heavy, testTimeout: 12 * 3_600_000 } },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'ui',
          include: ['tests/ui/**/*.test.ts'],
          environment: 'jsdom',
          setupFiles: ['tests/ui/setup.ts'],
          testTimeout: 30_000,
        },
      },
    ],
  },
});
