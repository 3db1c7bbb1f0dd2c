import { defineConfig } from '@playwright/test';

/** The packaged app, unpacked from the installer that `npm run package -- deb` made. */
export default defineConfig({
  testDir: '.',
  workers: 1,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: '../../test-results/packaged',
});
