/** Entry of a process that holds a network for its owner: it predicts, and it writes exports. */

import path from 'node:path';
import { assertNever, toFailure } from '../contract/errors.ts';
import { firstImage } from '../datasets/layout.ts';
import { openDatasetReader } from '../datasets/reader.ts';
import { exportFiles, sizeOf } from '../exchange/exporting.ts';
import { placeOutput } from '../exchange/output.ts';
import { openOwnerChannel } from '../process/channel.ts';
import { guardAgainstOrphaning } from '../process/orphanGuard.ts';
import { readCheckpoint } from '../trainer/checkpoint.ts';
import type { NetworkAnswer, NetworkRequest } from './messages.ts';
import { evaluationOf, judgeSplit } from './evaluate.ts';
import { openNetwork, type TrainedNetwork } from './network.ts';
import { predictPixels } from './predict.ts';

let network: TrainedNetwork | null = null;

async function answer(request: NetworkRequest): Promise<NetworkAnswer> {
  switch (request.kind) {
    case 'open': {
      network = await openNetwork(request.directory, request.checkpoint, request);
      const { input, dataset } = network.description;
      const { classNames, conversion } = dataset;
      return { kind: 'opened', input, classNames, ...(conversion === undefined ? {} : { conversion }) };
    }
    case 'predict':
      if (network === null) throw new Error('no network is open');
      return { kind: 'predicted', prediction: predictPixels(network, request.pixels) };
    case 'judge':
      if (network === null) throw new Error('no network is open');
      return judge(network, request);
    case 'export': {
      const { directory, checkpoint, format, out } = request;
      const read = readCheckpoint(path.join(directory, checkpoint.file), checkpoint.sha256);
      const files = exportFiles(read, format, 'torchvision');
      placeOutput(out, files, true);
      return { kind: 'exported', bytes: sizeOf(files) };
    }
    default:
      return assertNever(request);
  }
}

function judge(
  open: TrainedNetwork,
  { dataset, split }: Extract<NetworkRequest, { readonly kind: 'judge' }>,
): NetworkAnswer {
  const reader = openDatasetReader(dataset.directory, dataset.version);
  try {
    const judgement = judgeSplit(open, reader, split);
    const evaluation = evaluationOf(judgement, open.description.dataset.classNames);
    return { kind: 'judged', first: firstImage(reader.detail, split), judgement, evaluation };
  } finally {
    reader.close();
  }
}

/** The owner is our own program, so the kind tells a request from noise. */
function isRequest(message: unknown): message is NetworkRequest {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return ['open', 'predict', 'judge', 'export'].includes(String(message.kind));
}

const owner = openOwnerChannel();
guardAgainstOrphaning();
owner.onOwnerGone(() => process.exit(0));
owner.onMessage((message) => {
  if (!isRequest(message)) return;
  void answer(message)
    .catch((thrown: unknown): NetworkAnswer => ({ kind: 'failed', error: toFailure(thrown) }))
    .then((told) => owner.post(told));
});
