/** What the probe tells: TensorFlow as it really loads, or why it does not. */

import type { Failure } from '../contract/errors.ts';
import type { SpawnChild } from '../contract/process.ts';

/** The probe's one message. */
export type ProbeAnswer =
  | { readonly ok: true; readonly version: string; readonly gpu: boolean }
  | { readonly ok: false; readonly error: Failure };

/** Milliseconds that loading may take on a cold disk. */
const PATIENCE = 60_000;

/** Asks a probe; a probe that dies or hangs is an answer too. */
export function probeTensorFlow(spawn: SpawnChild): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const child = spawn('probe', { TF_CPP_MIN_LOG_LEVEL: '1' });
    const timer = setTimeout(() => finish(broken('It did not answer within a minute.')), PATIENCE);
    const finish = (answer: ProbeAnswer): void => {
      clearTimeout(timer);
      child.kill();
      resolve(answer);
    };
    child.onMessage((message) => {
      if (isAnswer(message)) finish(message);
    });
    child.onExit((code, signal, stderrTail) => finish(broken(`exit ${String(code ?? signal)}\n${stderrTail}`)));
    child.post({ kind: 'look' });
  });
}

function broken(detail: string): ProbeAnswer {
  const message = 'TensorFlow does not load on this machine.';
  return { ok: false, error: { code: 'runtime-broken', message, action: 'Run `npm run setup`.', detail } };
}

function isAnswer(message: unknown): message is ProbeAnswer {
  return typeof message === 'object' && message !== null && 'ok' in message && typeof message.ok === 'boolean';
}
