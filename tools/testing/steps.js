/** The steps of `npm test`, in order of how soon they tell. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { node24 } from '../setup/node24.js';
import { PACKAGES, ROOT } from '../setup/pins.js';
import { hasDisplay } from '../setup/window.js';
import { countPlaywright, countVitest } from './counts.js';

/** @typedef {'runtimes' | 'build' | 'packages' | 'node24' | 'installer'} Need */

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly Need[]} needs
 * @property {number} minutes Time limit.
 * @property {(report: string) => { command: string, args: string[], env?: NodeJS.ProcessEnv }} program `report` is the
 *   path for a JSON report.
 * @property {((text: string) => import('./counts.js').Counts)} [count] Reads the report; without it the step is one check.
 */

/**
 * @param {string} name
 * @param {string} script Of an npm package, from node_modules.
 * @param {readonly string[]} args
 * @returns {Step}
 */
const check = (name, script, args) => ({
  name,
  needs: [],
  minutes: 10,
  program: () => ({ command: process.execPath, args: [path.join(PACKAGES, script), ...args] }),
});

/**
 * @param {string} project Of vitest.config.ts.
 * @param {readonly Need[]} needs
 * @param {{ name?: string, node?: string, minutes?: number, only?: readonly string[] }} [options] `only`: files, none for all.
 * @returns {Step}
 */
const vitest = (project, needs, { name = project, node = process.execPath, minutes = 10, only = [] } = {}) => ({
  name,
  needs,
  minutes,
  program: (report) => ({
    command: node,
    args: [
      ...[path.join(PACKAGES, 'vitest', 'vitest.mjs'), 'run', '--project', project],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ...only,
    ],
  }),
  count: countVitest,
});

/**
 * @param {string} name
 * @param {readonly Need[]} needs
 * @param {readonly string[]} [options] Of Playwright.
 * @returns {Step}
 */
function windowStep(name, needs, options = []) {
  const playwright = [path.join(PACKAGES, '@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json', ...options];
  const screen = ['-a', '-s', '-screen 0 1600x1000x24'];
  return {
    name,
    needs: ['runtimes', 'build', 'packages', ...needs],
    minutes: 20,
    program: (report) => ({
      ...(hasDisplay()
        ? { command: process.execPath, args: playwright }
        : { command: 'xvfb-run', args: [...screen, process.execPath, ...playwright] }),
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    }),
    count: countPlaywright,
  };
}

/** A compilation for each world; Svelte's own checker for the one that holds components. */
function typeSteps() {
  return readdirSync(ROOT)
    .flatMap((file) => /^tsconfig\.(\w+)\.json$/.exec(file)?.[1] ?? [])
    .filter((world) => world !== 'base')
    .sort()
    .map((world) =>
      world === 'renderer'
        ? check('types:renderer', 'svelte-check/bin/svelte-check', ['--tsconfig', 'tsconfig.renderer.json'])
        : check(`types:${world}`, 'typescript/bin/tsc', ['-p', `tsconfig.${world}.json`]),
    );
}

/**
 * What depends on Node itself: addons, messages between processes, files, the database, the command line. What trains for minutes
 * runs through the same, and the newer Node need not do it again.
 */
const DEPENDS_ON_NODE = [
  'array-import',
  'compare',
  'dataset-hostile',
  'dataset-import',
  'decoder-images',
  'decoder-pool',
  'inspection',
  'precision',
  'runs-crash',
  'selftest',
  'step-crash',
  'trainer',
  'trainer-disk',
  'trainer-supervisor',
].map((name) => `tests/process/${name}.test.ts`);

/** @returns {Step[]} */
export function allSteps() {
  /** @type {readonly Need[]} */
  const processNeeds = ['runtimes', 'build', 'packages'];
  return [
    check('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
    check('lint', 'eslint/bin/eslint.js', ['.']),
    ...typeSteps(),
    vitest('unit', []),
    vitest('golden', []),
    vitest('ui', []),
    vitest('numeric', ['runtimes'], { minutes: 15 }),
    vitest('process', processNeeds, { minutes: 15 }),
    ...(node24 === null
      ? []
      : [
          vitest('process', [...processNeeds, 'node24'], {
            name: 'process:node24',
            node: node24,
            minutes: 15,
            only: DEPENDS_ON_NODE,
          }),
        ]),
    windowStep('e2e', []),
    ...(process.platform === 'linux'
      ? [windowStep('packaged', ['installer'], ['-c', 'tests/packaged/playwright.config.ts'])]
      : []),
  ];
}

/**
 * The steps that a person named: `types` stands for all that begin so, none for every step.
 * @param {readonly Step[]} steps
 * @param {readonly string[]} names
 * @returns {Step[]}
 * @throws {RangeError} For a name that fits no step.
 */
export function selectSteps(steps, names) {
  const unknown = names.find((name) => !steps.some((step) => isNamed(step, name)));
  if (unknown !== undefined) {
    throw new RangeError(`There is no step "${unknown}"; there are ${steps.map(({ name }) => name).join(', ')}.`);
  }
  return steps.filter((step) => names.length === 0 || names.some((name) => isNamed(step, name)));
}

/**
 * @param {Step} step
 * @param {string} name
 */
function isNamed(step, name) {
  return step.name === name || step.name.startsWith(`${name}:`);
}
