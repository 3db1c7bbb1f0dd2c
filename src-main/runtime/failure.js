/** What set-up and the other tools say when something cannot be done: one sentence, and the command that mends it. */
import { stripVTControlCharacters } from 'node:util';

/** A failure that a person can act on. */
export class SetupFailure extends Error {
  /**
   * @param {string} message One sentence naming the thing.
   * @param {string} action What to do next, best a command.
   * @param {string} [detail] Text for whoever investigates: a log, a native message.
   */
  constructor(message, action, detail = '') {
    super(message);
    this.name = 'SetupFailure';
    this.action = action;
    this.detail = detail;
  }
}

/**
 * The lines that a person reads about anything thrown.
 * @param {unknown} thrown
 * @returns {string}
 */
export function describeFailure(thrown) {
  if (thrown instanceof SetupFailure) {
    const detail = thrown.detail.trim();
    return [thrown.message, ...(detail === '' ? [] : [indent(detail)]), `  -> ${thrown.action}`].join('\n');
  }
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

/**
 * The end of a log, indented: the cause of a failed command stands there, above the stack of the program.
 * @param {string} text
 */
function indent(text) {
  return stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .slice(-20)
    .map((line) => `    ${line}`)
    .join('\n');
}

/**
 * The `code` of a system error, following `cause` (fetch wraps what went wrong).
 * @param {unknown} thrown
 * @returns {string | undefined}
 */
export function errorCode(thrown) {
  if (!(thrown instanceof Error)) return undefined;
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return errorCode(thrown.cause);
}
