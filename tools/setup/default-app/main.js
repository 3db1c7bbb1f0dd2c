/**
 * Starts the app whose directory is the first argument, like the loader in an official Electron. Packed into
 * `default_app.asar` of an Electron that came without one. CommonJS, because Electron 25 starts nothing else.
 */
const { app } = module.require('electron');
const { readFileSync } = module.require('node:fs');
const path = module.require('node:path');

/** The app's directory; what `-r FILE` names is loaded on the way. Null without one. */
function readArguments() {
  for (let index = 1; index < process.argv.length; index += 1) {
    const argument = process.argv[index] ?? '';
    if (argument === '-r' || argument === '--require') {
      index += 1;
      module.require(path.resolve(process.argv[index]));
    } else if (!argument.startsWith('-')) {
      return path.resolve(argument);
    }
  }
  return null;
}

/** @param {string} directory */
function start(directory) {
  const { name, productName, version, main } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  app.setName(productName ?? name);
  app.setVersion(version);
  app.setAppPath(directory);
  module.require(path.join(directory, main));
}

try {
  const directory = readArguments();
  if (directory === null) throw new Error('usage: electron DIRECTORY');
  start(directory);
} catch (error) {
  // A dialog would wait for a click that nobody makes under tests.
  console.error(error);
  app.exit(1);
}
