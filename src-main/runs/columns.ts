/** Typed reading of rows: SQLite gives `unknown`, and a damaged file gives anything. */

import type { z } from 'zod';

/** One row as it comes. */
export type Row = Readonly<Record<string, unknown>>;

/** Something of JSON with names. @throws Error for anything else. */
export function object(value: unknown): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is no object');
  return Object.fromEntries(Object.entries(value));
}

/** @throws Error naming the column. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`${column} is no text`);
  return value;
}

/** Text or null; @throws Error naming the column. */
export function optionalText(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** @throws Error naming the column. */
export function whole(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Error(`${column} is no whole number`);
  return value;
}

/** A measurement: null stands for NaN, infinities are stored as they are. @throws Error naming the column. */
export function real(row: Row, column: string): number {
  const value = row[column];
  if (value === null) return Number.NaN;
  if (typeof value !== 'number') throw new Error(`${column} is no number`);
  return value;
}

/** What to store for a measurement; the counterpart of `real`. */
export function storedReal(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** A column of JSON, checked. @throws Error naming the column. */
export function json<T>(row: Row, column: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text(row, column)));
  } catch (thrown) {
    throw new Error(`${column}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  }
}

/** A column of JSON or null. @throws Error naming the column. */
export function optionalJson<T>(row: Row, column: string, schema: z.ZodType<T>): T | null {
  return row[column] === null ? null : json(row, column, schema);
}
