/** The disposable process that decodes images: whatever a file does to it costs that file only. */

import { toFailure } from '../contract/errors.ts';
import type { OwnerChannel } from '../process/channel.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { guardAgainstOrphaning } from '../process/orphanGuard.ts';
import { loadBinding } from '../tensorflow/binding.ts';
import { probeImage } from '../datasets/formats/probeImage.ts';
import { decodeFile } from './decodeFile.ts';
import { loadImageAddon } from './imageAddon.ts';
import { decodeQuickly, probeQuickly } from './quickly.ts';
import type { Answer, DecoderMessage, Outcome, Task } from './messages.ts';
import { packAnswers, parseTasksMessage } from './messages.ts';

/** Whether TensorFlow is loaded: only JPEGs that the addon declines need it, and it takes seconds and half a gigabyte. */
let isLoaded = false;

/** Decodes what is common. */
const addon = loadImageAddon();

/** Answers that travel together, and milliseconds after which they travel anyway: an owner that hears nothing gives up. */
const TOGETHER = 64;
const TELL_EVERY = 100;

/** Does each task in its turn. */
function serve(channel: OwnerChannel): void {
  let last: Promise<void> = Promise.resolve();
  channel.onMessage((message) => {
    last = last.then(() => work(channel, message));
  });
}

async function work(channel: OwnerChannel, message: unknown): Promise<void> {
  const tasks = parseTasksMessage(message);
  // An owner that does not keep to the protocol would wait for ever: let it see the end of this process instead.
  if (tasks === null) return process.exit(2);
  let answers: Answer[] = [];
  let told = Date.now();
  const load = async (): Promise<void> => {
    if (isLoaded) return;
    tell(channel, { kind: 'answers', answers });
    answers = [];
    await loadTensorFlow(channel);
  };
  try {
    for (const { number, task } of tasks) {
      const outcome = doQuickly(task) ?? (await doThoroughly(task, load));
      answers.push({ number, outcome });
      if (answers.length < TOGETHER && Date.now() - told < TELL_EVERY) continue;
      tell(channel, { kind: 'answers', answers });
      answers = [];
      told = Date.now();
    }
    if (answers.length > 0) tell(channel, { kind: 'answers', answers });
  } catch (error) {
    tell(channel, unable(error));
  }
}

/** Null where there is no addon, and for files that it declines. */
function doQuickly(task: Task): Outcome | null {
  if (addon === null) return null;
  if (task.kind === 'probe') {
    const image = probeQuickly(addon, task.path);
    return image === null ? null : { ok: true, image };
  }
  const { height, width, channels } = task.request;
  const pixels = new Uint8Array(height * width * channels);
  return decodeQuickly(addon, task.request, pixels) ? { ok: true, pixels } : null;
}

function doThoroughly(task: Task, load: () => Promise<void>): Promise<Outcome> {
  return task.kind === 'probe' ? probeImage(task.path) : decodeFile(task.request, load);
}

/** The owner must know before the process is busy for seconds. */
async function loadTensorFlow(channel: OwnerChannel): Promise<void> {
  tell(channel, { kind: 'loading' });
  await new Promise<void>((resolve) => setImmediate(resolve));
  loadBinding();
  isLoaded = true;
}

function tell(channel: OwnerChannel, message: DecoderMessage): void {
  channel.post(message.kind === 'answers' ? packAnswers(message.answers) : message);
}

function unable(error: unknown): DecoderMessage {
  const { code, message, action, detail = '' } = toFailure(error);
  if (code === 'runtime-missing' || code === 'runtime-broken') return { kind: 'unable', code, message, action, detail };
  return {
    kind: 'unable',
    code: 'runtime-broken',
    message: 'Images cannot be decoded.',
    action,
    detail: `${message} ${detail}`,
  };
}

const channel = openOwnerChannel();
guardAgainstOrphaning();
channel.onOwnerGone(() => process.exit(0));
serve(channel);
tell(channel, { kind: 'ready' });
