/** `denselab queue ...`. */

import { DenseLabError } from '../../contract/errors.ts';
import { QUEUE_PRIORITIES, type QueuePriority, type QueueState } from '../../contract/queue.ts';
import { readChoice, readRunId, usage, type Arguments } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { count, duration } from '../format.ts';
import { changeQueueOf, type Changed } from '../queueing.ts';
import { runQueue } from '../queueRunning.ts';
import { readRequest, REQUEST_OPTIONS } from '../runRequest.ts';
import { sweepLines } from '../forecastPrinter.ts';
import { asksForSweep, SWEEP_OPTIONS } from '../sweeps.ts';
import { plannedRuns, sweepPlan } from '../sweepPlanning.ts';
import { table } from '../table.ts';

const HANDED_OVER = 'While the app or another command has the data folder, it is asked to make the change.';

const add: Command = {
  name: 'queue add',
  operands: [],
  options: [...REQUEST_OPTIONS, ...SWEEP_OPTIONS, 'dry-run', 'priority'],
  summary: 'Put a run, or all runs of a sweep, into the queue; the app trains them, or `queue run`',
  details: ['With --dry-run it says how many runs, how long and how much memory, and queues nothing.', HANDED_OVER],
  async run(call) {
    const { args, output } = call;
    const request = readRequest(args);
    const planned = asksForSweep(args) || args.flag('dry-run') ? await sweepPlan(call, request) : null;
    if (planned !== null && args.flag('dry-run')) {
      output.result(planned, () => sweepLines(planned));
      return 0;
    }
    const runs = planned === null ? { requests: [request], sweep: null } : plannedRuns(planned, request);
    const addition = { ...runs, priority: priorityOf(args) ?? 'normal' };
    return told(call, await changeQueueOf(call, { kind: 'add', addition }), 'queued');
  },
};

const retry: Command = {
  name: 'queue retry',
  operands: ['ID...'],
  options: ['force'],
  summary: 'Queue runs again that were stopped or paused, failed or were interrupted',
  details: ['Each goes on from its newest good checkpoint, or starts again where it has none.', HANDED_OVER],
  async run(call) {
    const change = { kind: 'retry', ids: idsOf(call.args), force: call.args.flag('force') } as const;
    return told(call, await changeQueueOf(call, change), 'queued again');
  },
};

const list: Command = {
  name: 'queue list',
  operands: [],
  options: [],
  summary: 'List what trains and what waits, in the order of turns; also while the app is open',
  run({ parts, home, output }) {
    const reader = parts.readRuns(home);
    try {
      const queue = reader.queue();
      output.result(queue, () => describe(queue));
      return 0;
    } finally {
      reader.close();
    }
  },
};

const remove: Command = {
  name: 'queue remove',
  operands: ['ID...'],
  options: [],
  summary: 'Take runs out of the queue; one that was never trained is removed',
  details: ['A run that has trained already is again what it was before it was queued.', HANDED_OVER],
  async run(call) {
    const ids = idsOf(call.args);
    const { handedOver } = await changeQueueOf(call, { kind: 'remove', ids });
    return told(call, { ids, handedOver }, 'taken out of the queue');
  },
};

const move: Command = {
  name: 'queue move',
  operands: ['ID'],
  options: ['before', 'priority'],
  summary: 'Put a run before another, or behind those of a priority',
  details: ['Before another it takes on its priority; without an option it comes last of its own.', HANDED_OVER],
  async run(call) {
    const id = readRunId(call.args.operands[0] ?? '');
    const [before, priority] = [call.args.number('before'), priorityOf(call.args)];
    if (before !== undefined && priority !== undefined) {
      throw usage('The command queue move takes --before or --priority, not both.', 'Leave one out.');
    }
    const { handedOver } = await changeQueueOf(
      call,
      priority === undefined
        ? { kind: 'move', id, before: before ?? null }
        : { kind: 'prioritise', ids: [id], priority },
    );
    return told(call, { ids: [id], handedOver }, 'moved');
  },
};

const pause: Command = {
  name: 'queue pause',
  operands: [],
  options: [],
  summary: 'Let nothing new start; the run that trains goes on to its end',
  details: [HANDED_OVER],
  run: (call) => setPaused(call, true),
};

const resume: Command = {
  name: 'queue resume',
  operands: [],
  options: [],
  summary: 'Let the queue go on',
  details: [HANDED_OVER],
  run: (call) => setPaused(call, false),
};

const run: Command = {
  name: 'queue run',
  operands: [],
  options: ['checkpoint-steps'],
  summary: 'Train what waits, one run after another, until nothing does',
  details: [
    'A run that fails does not end the queue. Ctrl-C pauses the run that trains; a second one ends it at once.',
    'Other commands may change the queue meanwhile. With --json every event is a line, as with train.',
  ],
  run: runQueue,
};

/** The commands about the queue. */
export const queue: readonly Command[] = [add, list, move, remove, retry, pause, resume, run];

function idsOf(args: Arguments): number[] {
  const ids = args.operands.map(readRunId);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new DenseLabError('usage', `Run ${String(twice)} is named twice.`, 'Name it once.');
  return ids;
}

function priorityOf(args: Arguments): QueuePriority | undefined {
  return args.text('priority') === undefined ? undefined : readChoice(args, 'priority', QUEUE_PRIORITIES);
}

async function setPaused(call: Call, paused: boolean): Promise<number> {
  const { handedOver } = await changeQueueOf(call, { kind: 'pause', paused });
  call.output.result({ paused, handedOver }, () => [
    paused ? 'The queue is paused; what trains goes on to its end' : 'The queue goes on',
  ]);
  return 0;
}

function told({ output }: Call, { ids, handedOver }: Changed, what: string): number {
  output.result({ ids, handedOver }, () => [
    `${ids.length === 1 ? 'Run' : 'Runs'} ${ids.map(String).join(', ')} ${what}` +
      (handedOver ? ', by the DenseLab that has the data folder' : ''),
  ]);
  return 0;
}

function describe({ paused, running, entries }: QueueState): string[] {
  const head = [
    ...(paused ? ['The queue is paused. Let it go on with: denselab queue resume'] : []),
    ...(running === null ? [] : [`Run ${String(running)} is being trained`]),
  ];
  if (entries.length === 0) return [...head, 'Nothing waits.'];
  const rows = entries.map(({ id, position, priority, name, modelTitle, datasetName, sweep, ...rest }) => [
    ...[String(position), String(id), priority, name, modelTitle, datasetName],
    sweep ?? '-',
    `${count(rest.epochsDone)}/${count(rest.epochs)}`,
    rest.estimatedSeconds === null ? '-' : duration(rest.estimatedSeconds),
  ]);
  return [
    ...head,
    ...table(
      [
        { title: '#', align: 'right' },
        { title: 'ID', align: 'right' },
        { title: 'PRIORITY' },
        { title: 'NAME' },
        { title: 'MODEL' },
        { title: 'DATASET' },
        { title: 'SWEEP' },
        { title: 'EPOCHS', align: 'right' },
        { title: 'LEFT', align: 'right' },
      ],
      rows,
    ),
  ];
}
