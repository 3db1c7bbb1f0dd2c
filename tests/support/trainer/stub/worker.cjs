/** A worker that behaves as badly as it is told: `DENSELAB_STUB` names how. Plain JavaScript, so that it is forked as it is. */

const behaviours = {
  /** Answers everything as a worker should. */
  good: (message) => {
    if (message.kind === 'train') process.send({ event: 'preparing', phase: 'runtime' });
    if (message.kind === 'stop') process.send({ event: 'stopped', epoch: 1, step: 2 });
    if (message.kind === 'release') process.exit(0);
  },
  /** Tells a step, then dies of a native abort with last words. */
  abort: () => {
    tellStep();
    process.stderr.write('tensor.cc:42 Check failed: dims == 4\n', () => process.kill(process.pid, 'SIGABRT'));
  },
  /** Says that memory ran out, then exits as a runtime does. */
  oom: () =>
    process.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\n", () => process.exit(134)),
  /** Is killed as the kernel does when memory runs out. */
  killed: () => process.kill(process.pid, 'SIGKILL'),
  /** Exits at once and says nothing. */
  silent: () => process.exit(3),
  /** Takes the job and never answers again. */
  deaf: (message) => {
    if (message.kind === 'train') tellStep();
  },
  /** Ends, goes on talking, ends again, and does not exit when released. */
  chatty: (message) => {
    if (message.kind !== 'train') return;
    process.send({ event: 'finished', test: { loss: 0.5, accuracy: 0.75 } });
    tellStep();
    process.send({ event: 'failed', error: { code: 'internal', message: 'x', action: 'y' } });
  },
  /** Sends what is no event, then ends. */
  noise: (message) => {
    if (message.kind !== 'train') return process.exit(0);
    for (const noise of [null, 7, 'finished', [], { event: 'toString' }, { event: 3 }, {}]) process.send(noise);
    process.send({ event: 'stopped', epoch: 0, step: 0 });
  },
};

function tellStep() {
  const step = { step: 7, epoch: 2, loss: 1.5, learningRate: 0.1 };
  process.send({ event: 'steps', steps: [step], imagesPerSecond: 10 });
}

process.on('message', behaviours[process.env.DENSELAB_STUB]);
process.on('disconnect', () => process.exit(0));
