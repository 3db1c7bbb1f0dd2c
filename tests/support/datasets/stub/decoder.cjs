// A decoder for tests of the pool: what it does to a file is written in the file's name.
if (process.env.DENSELAB_TEST_DIES) process.exit(7);

const answer = (number, facts, pixels) =>
  process.send({ kind: 'answers', numbers: [number], facts: Float64Array.from(facts), refusals: [], pixels });
const tell = (number, pixels) => answer(number, [1, pixels.length, 0, 0, 0, 0, 0, 0], pixels);
const KINDS = {
  crash: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => {
    for (;;);
  },
  nonsense: () => answer('one', [1, 0, 0, 0, 0, 0, 0, 0], new Uint8Array(0)),
  short: (number) => tell(number, new Uint8Array(3)),
};

process.on('message', ({ numbers, paths, places, targets }) => {
  numbers.forEach((number, index) => {
    const [path, target] = [paths[index], targets[places[index]]];
    // A grey PNG of 8 x 8.
    if (target === undefined) return answer(number, [2, 0, 8, 8, 1, 1, 1, 1], new Uint8Array(0));
    const kind = Object.keys(KINDS).find((name) => path.includes(name));
    const { height, width, channels } = target;
    if (kind !== undefined) KINDS[kind](number);
    else tell(number, new Uint8Array(height * width * channels).fill(Number(path)));
  });
});
process.on('disconnect', () => process.exit(0));
process.send({ kind: 'ready' });
