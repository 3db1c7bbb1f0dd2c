import { describe, expect, it } from 'vitest';

import { createReporter } from '../../../src-main/runtime/reporter.js';
import { run } from '../../../src-main/runtime/run.js';
import { hasDisplay } from '../../../tools/setup/window.js';

/** Whether the process still runs; one that ended but was not yet waited for (a zombie) does not. */
async function isRunning(pid: string): Promise<boolean> {
  const { stdout } = await run('ps', ['-o', 'stat=', '-p', pid.trim()]);
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

describe('run', () => {
  it('gives back output and exit status', async () => {
    const outcome = await run('sh', ['-c', 'echo out; echo err >&2; exit 3']);
    expect(outcome).toMatchObject({ status: 3, signal: null, timedOut: false, stdout: 'out\n', stderr: 'err\n' });
  });

  it('says why a program could not be started', async () => {
    const outcome = await run('/nowhere/program', []);
    expect(outcome.status).toBeNull();
    expect(outcome.stderr).toContain('ENOENT');
  });

  it('ends everything that the program started when its time is over', async () => {
    const outcome = await run('sh', ['-c', 'sleep 1000 & echo $!; wait'], { timeoutMs: 500 });
    expect(outcome.timedOut).toBe(true);
    expect(outcome.signal).toBe('SIGKILL');
    await expect.poll(() => isRunning(outcome.stdout)).toBe(false);
  });

  it('does not wait for what the program left running, and ends it', async () => {
    const outcome = await run('sh', ['-c', 'sleep 1000 & echo $!']);
    expect(outcome.status).toBe(0);
    await expect.poll(() => isRunning(outcome.stdout)).toBe(false);
  });
});

describe('a reporter without a terminal', () => {
  it('prints each quarter of the way once, and no control characters', () => {
    let text = '';
    const task = createReporter({ write: (piece: string) => (text += piece) }).task('TensorFlow');
    for (let percent = 0; percent <= 100; percent += 1) task.update(`${String(percent)} %`, percent / 100);
    task.done('there');
    expect(text).toBe('TensorFlow: 25 %\nTensorFlow: 50 %\nTensorFlow: 75 %\nTensorFlow: there\n');
  });
});

describe('hasDisplay', () => {
  it('is true with X or Wayland, and always outside Linux', () => {
    expect(hasDisplay({ DISPLAY: ':1' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });
});
