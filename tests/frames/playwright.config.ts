import { defineConfig } from '@playwright/test';

/** Frames of the running app while it scrolls: `npm run frames`. It prints what it measured and judges nothing. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.frames.ts',
  workers: 1,
  timeout: 300_000,
  reporter: [['list']],
  outputDir: '../../test-results/frames',
});
