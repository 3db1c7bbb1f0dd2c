/** Where commands print: results on stdout, everything else on stderr. */

import type { Failure } from '../contract/errors.ts';
import { plain } from './format.ts';

/** The streams of a process, as far as printing needs them. */
export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
}

/** Prints for a person or, with `json`, for a program. */
export class Output {
  readonly json: boolean;
  readonly #streams: Streams;
  #statusShown = false;

  constructor(json: boolean, streams: Streams) {
    this.json = json;
    this.#streams = streams;
  }

  /** The result of a command: the value as one line of JSON, or the lines. NaN and infinities become null in JSON. */
  result(value: object, lines: () => readonly string[]): void {
    if (this.json) this.event(value);
    else this.lines(lines());
  }

  /** One line of JSON; only with `json`. */
  event(value: object): void {
    if (this.json) this.#streams.out.write(`${JSON.stringify(value)}\n`);
  }

  /** Lines for a person; nothing with `json`. */
  lines(lines: readonly string[]): void {
    if (this.json) return;
    this.clearStatus();
    this.#streams.out.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** A result that is a file of its own, exactly as it is. */
  text(text: string): void {
    this.clearStatus();
    this.#streams.out.write(text);
  }

  /** A remark beside the result; nothing with `json`. */
  note(text: string): void {
    if (this.json) return;
    this.clearStatus();
    this.#streams.err.write(`${text}\n`);
  }

  /** Replaces the progress line at the bottom of a terminal; nothing elsewhere. */
  status(text: string): void {
    const { err } = this.#streams;
    if (this.json || err.isTTY !== true) return;
    // A terminal that does not know its width says 0.
    const columns = err.columns !== undefined && err.columns > 0 ? err.columns : 80;
    const line = plain(text).slice(0, columns - 1);
    err.write(`\r\u001b[2K${line}`);
    this.#statusShown = true;
  }

  /** Removes the progress line. */
  clearStatus(): void {
    if (this.#statusShown) this.#streams.err.write('\r\u001b[2K');
    this.#statusShown = false;
  }

  /** A failure: `{"error":{...}}` on stdout with `json`, else two sentences on stderr. */
  failure(error: Failure): void {
    if (this.json) {
      const { code, message, action } = error;
      this.event({ error: { code, message, action } });
      return;
    }
    this.clearStatus();
    this.#streams.err.write(`${plain(error.message)}\n${plain(error.action)}\n`);
    if (error.detail === undefined) return;
    if (error.code === 'internal') this.#streams.err.write(`\n${error.detail}\n`);
    // What to choose from.
    if (error.code === 'dataset-choice') this.#streams.err.write(`${error.detail.split('\n').map(plain).join('\n')}\n`);
  }
}
