/** The process that compares all images of a dataset: seconds of work that would keep a window from answering. */

import { toFailure } from '../contract/errors.ts';
import { findDuplicates } from '../datasets/duplicates/findDuplicates.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { guardAgainstOrphaning } from '../process/orphanGuard.ts';
import { parseAnalystRequest, type AnalystAnswer } from './messages.ts';

const channel = openOwnerChannel();
guardAgainstOrphaning();
channel.onOwnerGone(() => process.exit(0));
channel.onMessage((message) => {
  const request = parseAnalystRequest(message);
  // An owner that does not keep to the protocol sees the end of this process.
  if (request === null) return process.exit(2);
  void answer(request).then((told) => channel.post(told));
});

async function answer({
  directory,
  dataset,
}: NonNullable<ReturnType<typeof parseAnalystRequest>>): Promise<AnalystAnswer> {
  try {
    return { ok: true, found: await findDuplicates(directory, dataset) };
  } catch (thrown) {
    return { ok: false, error: toFailure(thrown) };
  }
}
