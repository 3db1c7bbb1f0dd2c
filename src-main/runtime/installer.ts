/** The process that installs the runtime: hashing and unpacking 850 MB would keep a window from answering. */

import { DenseLabError, toFailure } from '../contract/errors.ts';
import type { RuntimeEvent } from '../contract/runtime.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { guardAgainstOrphaning } from '../process/orphanGuard.ts';
import { SetupFailure, errorCode } from './failure.js';
import { installRuntime } from './install.ts';
import { parseInstallRequest } from './messages.ts';

const channel = openOwnerChannel();
guardAgainstOrphaning();
channel.onOwnerGone(() => process.exit(0));
channel.onMessage((message) => {
  const request = parseInstallRequest(message);
  // An owner that does not keep to the protocol sees the end of this process.
  if (request === null) return process.exit(2);
  const tell = (event: RuntimeEvent): void => channel.post(event);
  installRuntime(request, (text, share) => tell({ event: 'progress', text, share })).then(
    ({ version, repaired }) => tell({ event: 'ready', version, repaired }),
    (thrown: unknown) => tell({ event: 'failed', error: toFailure(inWindowWords(thrown, request.cache)) }),
  );
});

/** The set-up speaks of commands; a person with a window presses a button. */
function inWindowWords(thrown: unknown, cache: string): unknown {
  const code = errorCode(thrown);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new DenseLabError(
      'disk-full',
      `The disk that holds ${cache} is full.`,
      'Free some space, then install again.',
    );
  }
  if (!(thrown instanceof SetupFailure)) return thrown;
  const action = thrown.action.replace(
    /(,)? (then:?|Try again with:|continue with:) npm run setup.*$/u,
    '$1 then install again.',
  );
  return new DenseLabError('runtime-broken', thrown.message, action, thrown.detail);
}
