/** Strict reading of JSON that a person or another version wrote: the first thing that is wrong, named. */

import { z } from 'zod';
import { DenseLabError, type ErrorCode } from '../contract/errors.ts';
import { listOf, nearest } from './nearest.ts';

/** How the errors of one kind of JSON read. */
export interface Wording {
  readonly code: ErrorCode;
  /** Start of a sentence: `The model`. */
  readonly subject: string;
  /** The newest version of the format, where it has one. */
  readonly version?: number;
}

/**
 * Checks a value against a schema.
 * @throws DenseLabError with the wording's code, naming the field, what it must be and what it is; a newer `version` is
 *   told before anything else, since the other fields may follow from it.
 */
export function parseStrict<T>(schema: z.ZodType<T>, value: unknown, wording: Wording): T {
  refuseNewer(value, wording);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue === undefined) throw parsed.error;
  throw describeIssue(issue, value, schema, wording);
}

function refuseNewer(value: unknown, { code, subject, version }: Wording): void {
  if (version === undefined || typeof value !== 'object' || value === null || !('version' in value)) return;
  if (typeof value.version !== 'number' || value.version <= version) return;
  throw new DenseLabError(
    code,
    `${subject} has format version ${String(value.version)}, and this DenseLab reads version ${String(version)}.`,
    'Update DenseLab, or save it again with this one.',
  );
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType, wording: Wording): DenseLabError {
  const field = fieldName(issue.path);
  const found = show(valueAt(value, issue.path));
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const known = issue.path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    const alike = nearest(key, known, 1);
    return new DenseLabError(
      wording.code,
      `${wording.subject} has the unknown field "${field === '' ? key : `${field}.${key}`}".`,
      alike.length > 0 ? `Write ${listOf(alike)}, or remove it.` : 'Remove it.',
    );
  }
  const what = field === '' ? wording.subject : `${wording.subject} has ${field} ${found}, which`;
  const rule = ruleOf(issue);
  return field === ''
    ? new DenseLabError(wording.code, `${what} ${rule}; it is ${found}.`, 'Correct it and try again.')
    : new DenseLabError(wording.code, `${what} ${rule}.`, `Correct ${field} and try again.`);
}

/** What the value must be: a predicate that follows "which". */
function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'a whole number' : article(issue.expected)}`;
    case 'invalid_value':
      return `must be ${listOf(issue.values.map((allowed) => show(allowed)))}`;
    case 'too_small':
      return `must be ${issue.origin === 'array' ? 'a list of ' : ''}${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`;
    case 'too_big':
      return `must be ${issue.origin === 'array' ? 'a list of ' : ''}${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}`;
    default:
      return issue.message;
  }
}

function article(type: string): string {
  if (type === 'array') return 'a list';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((key, position) => (typeof key === 'number' ? `[${String(key)}]` : `${position > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

/** A value in a sentence: short, and never a page of JSON. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
