/**
 * How a command line asks the window, or another command line, that owns a data folder to change its queue: a file per change in
 * `handover/`, written whole by a rename; the owner takes it by another rename, and answers in a file beside it.
 */

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { DenseLabError, fail, succeed, type ErrorCode, type Result } from '../contract/errors.ts';
import { parseStrict } from '../model/strict.ts';
import { queueChangeSchema, type QueueChange } from './queueChange.ts';

/** Milliseconds between two looks of either side. */
const INTERVAL = 250;
/** Milliseconds that the owner may take; hundreds of runs are checked within. */
const PATIENCE = 30_000;
/** Milliseconds after which nobody can be waiting for an answer any more, and a change is not made. */
const STALE = 60_000;

const envelope = z.strictObject({ time: z.number(), change: z.unknown() });
const answerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.array(z.number()) }),
  z.object({
    ok: z.literal(false),
    error: z.object({
      code: z.custom<ErrorCode>((value) => typeof value === 'string'),
      message: z.string(),
      action: z.string(),
      detail: z.string().exactOptional(),
    }),
  }),
]);

/**
 * Asks the owner of a data folder for a change.
 * @returns the ids of the runs that it queued
 * @throws DenseLabError what the owner refuses it with; `home-busy` when the owner does not answer, with nothing changed
 */
export async function handOver(home: string, change: QueueChange, patience = PATIENCE): Promise<readonly number[]> {
  const folder = folderOf(home);
  const file = path.join(folder, `${randomUUID()}.json`);
  mkdirSync(folder, { recursive: true });
  writeWhole(file, { time: Date.now(), change });
  const answer = answerFile(file);
  for (const end = performance.now() + patience; performance.now() < end; await wait(INTERVAL)) {
    if (!existsSync(answer)) continue;
    const result = answerSchema.parse(JSON.parse(readFileSync(answer, 'utf8')));
    rmSync(answer, { force: true });
    if (result.ok) return result.value;
    throw new DenseLabError(result.error.code, result.error.message, result.error.action, result.error.detail);
  }
  rmSync(file, { force: true });
  throw new DenseLabError(
    'home-busy',
    `Another DenseLab is using the data folder ${home}, and does not answer.`,
    'Change the queue there, or close it and try again.',
  );
}

/** The owner's side. */
export class HandoverDesk {
  readonly #home: string;
  readonly #change: (change: QueueChange) => Promise<readonly number[]>;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #busy = false;

  /** @param change makes a change; what it throws is the answer */
  constructor(home: string, change: (change: QueueChange) => Promise<readonly number[]>) {
    this.#home = home;
    this.#change = change;
  }

  /** Begins to look for changes. */
  open(): void {
    this.#timer = setInterval(() => this.#look(), INTERVAL);
  }

  /** Ends looking; resolves when what was taken is answered. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
  }

  #look(): void {
    if (this.#busy) return;
    const waiting = this.#waiting();
    if (waiting.length === 0) return;
    this.#busy = true;
    this.#work = this.#takeAll(waiting).finally(() => (this.#busy = false));
  }

  #waiting(): string[] {
    const folder = folderOf(this.#home);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => /^[0-9a-f-]{36}\.json$/.test(name))
      .map((name) => path.join(folder, name));
  }

  async #takeAll(files: readonly string[]): Promise<void> {
    for (const file of files) {
      const taken = `${file}.taken`;
      try {
        renameSync(file, taken);
      } catch {
        // Whoever asked has given up.
        continue;
      }
      const result = await this.#answer(taken);
      rmSync(taken, { force: true });
      if (result !== null) writeWhole(answerFile(file), result);
    }
  }

  /** Null where nobody waits for it any more. */
  async #answer(taken: string): Promise<Result<readonly number[]> | null> {
    try {
      const { time, change } = envelope.parse(JSON.parse(readFileSync(taken, 'utf8')));
      if (Math.abs(Date.now() - time) > STALE) return null;
      const subject = { code: 'payload-invalid', subject: 'The change of the queue' } as const;
      return succeed(await this.#change(parseStrict(queueChangeSchema, change, subject)));
    } catch (thrown) {
      return fail(thrown);
    }
  }
}

function folderOf(home: string): string {
  return path.join(home, 'handover');
}

function answerFile(file: string): string {
  return file.replace(/\.json$/, '.answer');
}

function writeWhole(file: string, content: object): void {
  const part = `${file}.part`;
  writeFileSync(part, JSON.stringify(content));
  renameSync(part, file);
}
