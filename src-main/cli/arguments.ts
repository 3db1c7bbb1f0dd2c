/** From words to a command with checked arguments. */

import { parseArgs } from 'node:util';
import { DenseLabError } from '../contract/errors.ts';
import { listOf, nearest } from '../model/nearest.ts';
import type { Command } from './command.ts';
import { COMMON_OPTIONS, isOptionName, OPTIONS, type Option, type OptionName } from './options.ts';

/** Checked operands and options of one call. */
export interface Arguments {
  readonly operands: readonly string[];
  flag(name: OptionName): boolean;
  text(name: OptionName): string | undefined;
  /** Every value of an option that may be given several times, in order. */
  all(name: OptionName): readonly string[];
  /** @throws DenseLabError `usage` when the option was left out */
  required(name: OptionName): string;
  /** A whole number or a decimal one, as the option says. */
  number(name: OptionName): number | undefined;
}

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly command: Command; readonly args: Arguments }
  | { readonly kind: 'help'; readonly command: Command | undefined }
  | { readonly kind: 'version' };

/** Between the values of an option that was given several times; no word of a command line holds it. */
const SEPARATOR = '\0';

interface Words {
  readonly operands: readonly string[];
  readonly options: ReadonlyMap<OptionName, string>;
}

/**
 * Reads a command line.
 * @throws DenseLabError `usage`, with the nearest word that would have been right.
 */
export function readCommandLine(words: readonly string[], commands: readonly Command[]): Request {
  const { operands, options } = splitWords(words.map(asDatasetVersion));
  if (options.has('version')) return { kind: 'version' };
  const command = findCommand(operands, commands);
  if (command === undefined) {
    if (operands.length === 0 || options.has('help')) return { kind: 'help', command: undefined };
    throw unknownCommand(operands, commands);
  }
  if (options.has('help')) return { kind: 'help', command };
  const given = operands.slice(command.name.split(' ').length);
  checkAllowed(options, command);
  checkOperands(given, command);
  return { kind: 'run', command, args: argumentsOf({ operands: given, options }, command) };
}

/** `--version 2` means a version of a dataset; `--version` alone, that of DenseLab. */
function asDatasetVersion(word: string, index: number, words: readonly string[]): string {
  const isNumbered = word === '--version' && /^\d+$/.test(words[index + 1] ?? '');
  return isNumbered ? '--dataset-version' : word.replace(/^--version=/, '--dataset-version=');
}

/** Whether `--json` is among the words: errors in the words themselves follow it as well. */
export function wantsJson(words: readonly string[]): boolean {
  return words.includes('--json');
}

/** The id of a run. @throws DenseLabError `usage` */
export function readRunId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usage(`The id of a run is a number, not "${text}".`, 'List the runs with: denselab runs list');
}

function splitWords(words: readonly string[]): Words {
  const types = Object.entries(OPTIONS).map(([name, { type }]) => [
    name,
    { type: type === 'flag' ? ('boolean' as const) : ('string' as const), ...(name === 'help' ? { short: 'h' } : {}) },
  ]);
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(types),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const options = new Map<OptionName, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const [name, value] = readOption(token);
    const { repeats }: Option = OPTIONS[name];
    const before = repeats === true ? options.get(name) : undefined;
    options.set(name, before === undefined ? value : `${before}${SEPARATOR}${value}`);
  }
  return { operands, options };
}

function readOption(token: {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}): [OptionName, string] {
  const { name, rawName, value } = token;
  if (!isOptionName(name)) {
    const alike = nearest(name, Object.keys(OPTIONS), 1).map((option) => `--${option}`);
    const action = alike.length > 0 ? `Did you mean ${listOf(alike)}?` : 'Add --help to see the options.';
    throw usage(`There is no option ${rawName}.`, action);
  }
  const option: Option = OPTIONS[name];
  if (option.type === 'flag') {
    if (value !== undefined) throw usage(`The option --${name} takes no value.`, `Write --${name} alone.`);
    return [name, ''];
  }
  const swallowed = token.inlineValue !== true && value !== undefined && /^-+[a-z]/i.test(value);
  if (value === undefined || value === '' || swallowed) {
    throw usage(`The option --${name} needs a value.`, `Write --${name} ${option.value}.`);
  }
  return [name, value];
}

/** The command with the most words that the operands begin with. */
function findCommand(operands: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands
    .filter(({ name }) => name.split(' ').every((word, index) => operands[index] === word))
    .sort((one, other) => other.name.length - one.name.length)[0];
}

function unknownCommand(operands: readonly string[], commands: readonly Command[]): DenseLabError {
  const group = commands.filter(({ name }) => name.startsWith(`${operands[0] ?? ''} `)).map(({ name }) => name);
  if (group.length > 0 && operands.length === 1) {
    return usage(`The command ${operands[0] ?? ''} needs another word.`, `Write ${listOf(group)}.`);
  }
  const names = commands.map(({ name }) => name);
  const typed = operands.slice(0, 2).join(' ');
  const closest = [...nearest(typed, names, 1), ...nearest(operands[0] ?? '', names, 1), ...group];
  const action = closest[0] === undefined ? 'Write --help to see the commands.' : `Did you mean ${closest[0]}?`;
  return usage(`There is no command "${typed}".`, action);
}

function checkAllowed(options: Words['options'], command: Command): void {
  for (const name of options.keys()) {
    if (command.options.includes(name) || COMMON_OPTIONS.includes(name)) continue;
    const allowed = [...command.options, ...COMMON_OPTIONS].map((option) => `--${option}`);
    throw usage(`The command ${command.name} has no option --${name}.`, `It takes ${listOf(allowed, 'and')}.`);
  }
}

function checkOperands(given: readonly string[], command: Command): void {
  const { operands, name } = command;
  const missing = operands[given.length];
  if (missing !== undefined) {
    throw usage(`The command ${name} needs ${missing}.`, `Write ${[name, ...operands].join(' ')}.`);
  }
  const extra = given[operands.length];
  if (extra !== undefined && operands[operands.length - 1]?.endsWith('...') !== true) {
    throw usage(`The command ${name} does not take "${extra}".`, `Write ${[name, ...operands].join(' ')}.`);
  }
}

function argumentsOf({ operands, options }: Words, command: Command): Arguments {
  for (const [name, value] of options) checkValue(name, value);
  return {
    operands,
    flag: (name) => options.has(name),
    text: (name) => options.get(name),
    all: (name) => options.get(name)?.split(SEPARATOR) ?? [],
    required: (name) => {
      const value = options.get(name);
      if (value !== undefined) return value;
      throw usage(`The command ${command.name} needs --${name}.`, `Add --${name} ${OPTIONS[name].value}.`);
    },
    number: (name) => {
      const value = options.get(name);
      return value === undefined ? undefined : Number(value);
    },
  };
}

function checkValue(name: OptionName, value: string): void {
  const { type, choices }: Option = OPTIONS[name];
  if (type === 'whole' && !/^\d{1,15}$/.test(value)) {
    throw usage(`The option --${name} takes a whole number, not "${value}".`, `Write, say, --${name} 8.`);
  }
  if (type === 'number' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    throw usage(`The option --${name} takes a number, not "${value}".`, `Write, say, --${name} 0.1.`);
  }
  if (choices !== undefined && !choices.includes(value)) throw noChoice(name, value, choices);
}

/** One of the words that a command takes for an option. @throws DenseLabError `usage`, also when it was left out */
export function readChoice<T extends string>(args: Arguments, name: OptionName, choices: readonly T[]): T {
  const value = args.required(name);
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw noChoice(name, value, choices);
  return found;
}

function noChoice(name: OptionName, value: string, choices: readonly string[]): DenseLabError {
  return usage(
    `The option --${name} takes ${listOf(choices)}, not "${value}".`,
    `Write --${name} ${choices[0] ?? ''}.`,
  );
}

/** The complaint about a command line. */
export function usage(message: string, action: string): DenseLabError {
  return new DenseLabError('usage', message, action);
}
