/** Entry of a process that looks into one run. It lives as long as somebody looks. */

import { toFailure } from '../contract/errors.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { guardAgainstOrphaning } from '../process/orphanGuard.ts';
import { Answering } from './answering.ts';
import type { InspectorAnswer, InspectorRequest, Question } from './messages.ts';
import { OpenRun } from './openRun.ts';

const owner = openOwnerChannel();
let answering: Answering | null = null;
let passes = new AbortController();

function tell(answer: InspectorAnswer): void {
  owner.post(answer);
}

async function answer(question: Question): Promise<InspectorAnswer> {
  if (answering === null) throw new Error('no run is open');
  return answering.answer(question, {
    signal: passes.signal,
    onProgress: (epoch, split, done, total) => tell({ kind: 'progress', epoch, split, done, total }),
  });
}

function receive(request: InspectorRequest): void {
  if (request.kind === 'open') {
    answering = new Answering(new OpenRun(request.directory, request.cacheDirectory));
  } else if (request.kind === 'cancel') {
    passes.abort();
    passes = new AbortController();
  } else {
    const { number } = request;
    void answer(request)
      .catch((thrown: unknown): InspectorAnswer => ({ kind: 'failed', number, error: toFailure(thrown) }))
      .then(tell);
  }
}

/** The owner is our own program, so the kind tells a request from noise. */
function isRequest(message: unknown): message is InspectorRequest {
  return typeof message === 'object' && message !== null && 'kind' in message && typeof message.kind === 'string';
}

guardAgainstOrphaning();
owner.onOwnerGone(() => process.exit(0));
owner.onMessage((message) => {
  if (isRequest(message)) receive(message);
});
