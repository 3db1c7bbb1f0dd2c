/** Runs the built command line in real processes. */

import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const PROGRAM = path.resolve(import.meta.dirname, '../../out/main/cli.cjs');

/** What a call printed and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Each line of stdout as JSON, where it is. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** A call that is under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once stdout holds the text; rejects when the call ends without it. */
  printed(text: string): Promise<void>;
}

/** Starts `denselab ...words --home home`, with extra environment variables. */
export function startCommand(
  home: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [PROGRAM, ...words, '--home', home], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let stdout = '';
  let stderr = '';
  const waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  const settle = (): void => {
    for (const each of waiting) if (stdout.includes(each.text)) each.resolve();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    settle();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status) => {
      for (const each of waiting) each.reject(new Error(`ended without "${each.text}": ${stdout}${stderr}`));
      resolve({ status, stdout, stderr, events: jsonLines(stdout) });
    });
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ text, resolve, reject });
      settle();
    });
  return { child, ended, printed };
}

/** Runs `denselab ...words --home home` to its end, with extra environment variables. */
export function runCommand(
  home: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return startCommand(home, words, environment).ended;
}

function jsonLines(text: string): Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Record<string, unknown> => JSON.parse(line));
}
