/** The disposable process that decodes images: whatever a file does to it costs that file only. */

import { toFailure } from '../contract/errors.ts';
import type { OwnerChannel } from '../process/channel.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { guardAgainstOrphaning } from '../process/orphanGuard.ts';
import { loadBinding } from '../tensorflow/binding.ts';
import { decodeFile } from './decodeFile.ts';
import type { DecoderMessage } from './messages.ts';
import { parseDecodeMessage } from './messages.ts';

/** Whether TensorFlow is loaded: only JPEG files need it, and it takes seconds and half a gigabyte. */
let isLoaded = false;

/** Answers each request in its turn. */
function serve(channel: OwnerChannel): void {
  let last: Promise<void> = Promise.resolve();
  channel.onMessage((message) => {
    last = last.then(() => answer(channel, message));
  });
}

async function answer(channel: OwnerChannel, message: unknown): Promise<void> {
  const decode = parseDecodeMessage(message);
  // An owner that does not keep to the protocol would wait for ever: let it see the end of this process instead.
  if (decode === null) return process.exit(2);
  try {
    if (decode.request.kind === 'jpeg' && !isLoaded) {
      tell(channel, { kind: 'loading' });
      loadBinding();
      isLoaded = true;
    }
    tell(channel, { kind: 'answer', number: decode.number, outcome: await decodeFile(decode.request) });
  } catch (error) {
    tell(channel, unable(error));
  }
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
