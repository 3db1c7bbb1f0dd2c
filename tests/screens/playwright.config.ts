import { defineConfig } from '@playwright/test';

/** Pictures of the running app, for the README and for a look at every screen: `npm run screenshots`. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.screens.ts',
  workers: 1,
  timeout: 900_000,
  reporter: [['list']],
  outputDir: '../../test-results/screens-run',
});
