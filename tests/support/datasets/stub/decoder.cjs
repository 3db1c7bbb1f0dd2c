// A decoder for tests of the pool: what it does to a file is written in the file's name.
if (process.env.DENSELAB_TEST_DIES) process.exit(7);

const tell = (number, outcome) => process.send({ kind: 'answers', answers: [{ number, outcome }] });
const KINDS = {
  crash: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => {
    for (;;);
  },
  nonsense: () => process.send({ kind: 'answers', answers: [{ number: 'one' }] }),
  short: (number) => tell(number, { ok: true, pixels: new Uint8Array(3) }),
};

function probe(number, path) {
  const image = { path, kind: 'png', height: 8, width: 8, channels: 1, orientation: 1, bytes: 1, modifiedMs: 1 };
  tell(number, { ok: true, image });
}

process.on('message', ({ tasks }) => {
  for (const { number, task } of tasks) {
    if (task.kind === 'probe') {
      probe(number, task.path);
      continue;
    }
    const { path, height, width, channels } = task.request;
    const kind = Object.keys(KINDS).find((name) => path.includes(name));
    if (kind !== undefined) KINDS[kind](number);
    else tell(number, { ok: true, pixels: new Uint8Array(height * width * channels).fill(Number(path)) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ kind: 'ready' });
