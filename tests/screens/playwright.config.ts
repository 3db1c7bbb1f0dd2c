import { defineConfig } from '@playwright/test';

if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
  throw new Error('There is no display to open the window on: write xvfb-run -a npm run screenshots');
}

/** Pictures of the running app, for the README and for a look at every screen: `npm run screenshots`. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.screens.ts',
  workers: 1,
  timeout: 2_400_000,
  reporter: [['list']],
  outputDir: '../../test-results/screens-run',
});
