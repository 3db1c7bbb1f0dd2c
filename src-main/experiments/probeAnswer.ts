/** What the probe tells: TensorFlow as it really loads, or why it does not. */

import type { Failure } from '../contract/errors.ts';
import type { SpawnChild } from '../contract/process.ts';
import type { GpuEvidence } from '../tensorflow/devices/evidence.ts';

/** The probe's one message. */
export type ProbeAnswer =
  | { readonly ok: true; readonly version: string; readonly evidence: GpuEvidence }
  | { readonly ok: false; readonly error: Failure };

/** Milliseconds that loading may take on a cold disk. */
const PATIENCE = 60_000;

/** Milliseconds that a probe may take to end once it has answered. */
const FAREWELL = 5_000;

/** Asks a probe; a probe that dies or hangs is an answer too. */
export function probeTensorFlow(spawn: SpawnChild): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    // At level 0 TensorFlow says why it ignores a GPU.
    const child = spawn('probe', { TF_CPP_MIN_LOG_LEVEL: '0' });
    let answer: ProbeAnswer | null = null;
    let timer = setTimeout(() => finish('', 'It did not answer within a minute.'), PATIENCE);
    const finish = (log: string, silence: string): void => {
      clearTimeout(timer);
      child.kill();
      if (answer === null) resolve(broken(silence));
      else resolve(answer.ok ? { ...answer, evidence: { ...answer.evidence, log } } : answer);
    };
    child.onMessage((message) => {
      if (!isAnswer(message)) return;
      answer = message;
      clearTimeout(timer);
      timer = setTimeout(() => finish('', ''), FAREWELL);
      child.post({ kind: 'leave' });
    });
    child.onExit((code, signal, stderrTail) => {
      finish(stderrTail, `exit ${String(code ?? signal)}\n${stderrTail}`);
    });
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
