/** `npm run dev`: the window with hot reload. Further arguments go to electron-vite. */
import { ELECTRON_VITE } from './setup/build.js';
import { describeFailure } from '../src-main/runtime/failure.js';
import { createReporter } from '../src-main/runtime/reporter.js';
import { appEnvironment, isRoot, prepareWindow, requireDisplay, runForeground } from './setup/window.js';

const reporter = createReporter();

try {
  requireDisplay('npm run dev');
  const executable = await prepareWindow(reporter);
  const sandbox = isRoot ? ['--noSandbox'] : [];
  const args = [ELECTRON_VITE, 'dev', '-c', 'electron.config.ts', '--watch', ...sandbox, ...process.argv.slice(2)];
  process.exitCode = await runForeground(process.execPath, args, appEnvironment({ ELECTRON_EXEC_PATH: executable }));
} catch (error) {
  reporter.say(describeFailure(error));
  process.exitCode = 1;
}
