/** `npm start`: sets up, builds when the sources changed, and opens the window. Further arguments go to the app. */
import { ensureBuilt } from './setup/build.js';
import { describeFailure } from '../src-main/runtime/failure.js';
import { ROOT } from './setup/pins.js';
import { createReporter } from '../src-main/runtime/reporter.js';
import { appEnvironment, isRoot, prepareWindow, requireDisplay, runForeground } from './setup/window.js';

const reporter = createReporter();

try {
  requireDisplay('npm start');
  const executable = await prepareWindow(reporter);
  await ensureBuilt(reporter);
  const args = [...(isRoot ? ['--no-sandbox'] : []), ROOT, ...process.argv.slice(2)];
  process.exitCode = await runForeground(executable, args, appEnvironment());
} catch (error) {
  reporter.say(describeFailure(error));
  process.exitCode = 1;
}
