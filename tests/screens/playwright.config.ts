import { defineConfig } from '@playwright/test';

if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
  throw new Error('There is no display to open the window on: write xvfb-run -a npm run screenshots');
}

// The sweep's journey takes pictures on its way.
process.env['DENSELAB_PICTURES'] = 'yes';

/** Pictures of the running app, for the README and for a look at every screen: `npm run screenshots`. */
export default defineConfig({
  projects: [
    { name: 'screens', testDir: '.', testMatch: '*.screens.ts' },
    { name: 'sweep', testDir: '../e2e', testMatch: 'sweep.test.ts' },
  ],
  workers: 1,
  timeout: 2_400_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: '../../test-results/screens-run',
});
