// A decoder for tests of the pool: what it does to a file is written in the file's name.
if (process.env.DENSELAB_TEST_DIES) process.exit(7);

const KINDS = {
  crash: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => {
    for (;;);
  },
  nonsense: () => process.send({ kind: 'answer', number: 'one' }),
  short: (number) => process.send({ kind: 'answer', number, outcome: { ok: true, pixels: new Uint8Array(3) } }),
};

process.on('message', ({ number, request }) => {
  const kind = Object.keys(KINDS).find((name) => request.path.includes(name));
  if (kind !== undefined) return KINDS[kind](number);
  const pixels = new Uint8Array(request.height * request.width * request.channels).fill(Number(request.path));
  process.send({ kind: 'answer', number, outcome: { ok: true, pixels } });
});
process.on('disconnect', () => process.exit(0));
process.send({ kind: 'ready' });
