/** The help texts. */

import type { Command } from './command.ts';
import { COMMON_OPTIONS, OPTIONS, type OptionName } from './options.ts';

/** All commands at a glance. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => signature(command).length));
  return [
    'DenseLab trains DenseNets on your own images.',
    '',
    'Usage: denselab COMMAND [options]',
    '',
    ...commands.map((command) => `  ${signature(command).padEnd(width)}  ${command.summary}`),
    '',
    'Options of every command:',
    ...optionLines([...COMMON_OPTIONS, 'version']),
    '',
    'denselab COMMAND --help says more about one.',
  ].join('\n');
}

/** One command with its options. */
export function commandHelp(command: Command): string {
  return [
    `${command.summary}.`,
    '',
    `Usage: denselab ${signature(command)} [options]`,
    '',
    ...optionLines([...command.options, ...COMMON_OPTIONS]),
    ...(command.details === undefined ? [] : ['', ...command.details]),
  ].join('\n');
}

function signature({ name, operands }: Command): string {
  return [name, ...operands].join(' ');
}

function optionLines(names: readonly OptionName[]): string[] {
  const left = names.map((name) => `  --${name} ${OPTIONS[name].value}`.trimEnd());
  const width = Math.max(...left.map((text) => text.length));
  return names.map((name, index) => `${(left[index] ?? '').padEnd(width)}  ${OPTIONS[name].help}`);
}
