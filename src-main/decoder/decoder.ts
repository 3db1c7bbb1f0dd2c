/** The disposable process that decodes images: whatever a file does to it costs that file only. */

import { toFailure } from '../contract/errors.ts';
import type { OwnerChannel } from '../process/channel.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { guardAgainstOrphaning } from '../process/orphanGuard.ts';
import { loadBinding } from '../tensorflow/binding.ts';
import { probeImage } from '../datasets/formats/probeImage.ts';
import { decodeFile } from './decodeFile.ts';
import type { DecoderMessage } from './messages.ts';
import { parseTasksMessage } from './messages.ts';

/** Whether TensorFlow is loaded: only rare kinds of JPEG need it, and it takes seconds and half a gigabyte. */
let isLoaded = false;

/** Answers that travel together, and milliseconds after which they travel anyway: an owner that hears nothing gives up. */
const TOGETHER = 16;
const TELL_EVERY = 100;

type Answer = Extract<DecoderMessage, { kind: 'answers' }>['answers'][number];

/** Does each task in its turn. */
function serve(channel: OwnerChannel): void {
  let last: Promise<void> = Promise.resolve();
  channel.onMessage((message) => {
    last = last.then(() => work(channel, message));
  });
}

async function work(channel: OwnerChannel, message: unknown): Promise<void> {
  const parsed = parseTasksMessage(message);
  // An owner that does not keep to the protocol would wait for ever: let it see the end of this process instead.
  if (parsed === null) return process.exit(2);
  let answers: Answer[] = [];
  let told = Date.now();
  const load = async (): Promise<void> => {
    if (isLoaded) return;
    tell(channel, { kind: 'answers', answers });
    answers = [];
    await loadTensorFlow(channel);
  };
  try {
    for (const { number, task } of parsed.tasks) {
      const outcome = task.kind === 'probe' ? await probeImage(task.path) : await decodeFile(task.request, load);
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

/** The owner must know before the process is busy for seconds. */
async function loadTensorFlow(channel: OwnerChannel): Promise<void> {
  tell(channel, { kind: 'loading' });
  await new Promise<void>((resolve) => setImmediate(resolve));
  loadBinding();
  isLoaded = true;
}

function tell(channel: OwnerChannel, message: DecoderMessage): void {
  channel.post(message);
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
