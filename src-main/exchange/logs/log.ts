/** Logs of other software: named series of numbers by step. */

import type { LogFormat, LogSeriesSummary } from '../../contract/exchange.ts';

/** One series, in the order of its file. Arrays of one length. */
export interface LogSeries {
  readonly tag: string;
  readonly step: number[];
  readonly value: number[];
  /** Seconds since 1970; NaN where the log does not tell. */
  readonly time: number[];
}

/** What a log holds. */
export interface Log {
  /** Of the file, or of the folder with the files of one run; absolute. */
  readonly path: string;
  readonly format: LogFormat;
  readonly name: string;
  readonly series: readonly LogSeries[];
  /** Seconds since 1970 of its first record; NaN where the log does not tell. */
  readonly startedAt: number;
  /** What cannot be read, each in one sentence. */
  readonly damage: readonly string[];
}

/** Points that a log may have in all: a run of a day with ten series, twenty times over. */
export const MOST_POINTS = 20_000_000;

/** What a person sees of a series. */
export function summaryOf({ tag, step, value }: LogSeries): LogSeriesSummary {
  return {
    tag,
    points: step.length,
    firstStep: step[0] ?? 0,
    lastStep: step.at(-1) ?? 0,
    first: value[0] ?? Number.NaN,
    last: value.at(-1) ?? Number.NaN,
  };
}
