import { describe, expect, it } from 'vitest';

import { MessageWriter } from '../../../src-main/tensorflow/protobuf.ts';

/** Expected bytes are those of the format's own description (protobuf.dev, "Encoding"). */
describe('a protobuf message', () => {
  it.each([
    ['an integer', new MessageWriter().integer(1, 150), [0x08, 0x96, 0x01]],
    ['a negative integer', new MessageWriter().integer(1, -1), [0x08, ...Array<number>(9).fill(0xff), 0x01]],
    ['an integer beyond 32 bits', new MessageWriter().integer(1, 2 ** 40), [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]],
    ['text', new MessageWriter().text(2, 'testing'), [0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]],
    ['text beyond ASCII', new MessageWriter().text(2, 'é'), [0x12, 2, 0xc3, 0xa9]],
    ['a message', new MessageWriter().message(3, new MessageWriter().integer(1, 150)), [0x1a, 3, 0x08, 0x96, 0x01]],
    ['a packed list', new MessageWriter().integers(6, [3, 270, 86942]), [0x32, 6, 3, 0x8e, 0x02, 0x9e, 0xa7, 0x05]],
    ['a float', new MessageWriter().float(4, 1), [0x25, 0, 0, 0x80, 0x3f]],
    ['a field number that takes two bytes', new MessageWriter().integer(16, 1), [0x80, 0x01, 0x01]],
    ['fields in the order of the calls', new MessageWriter().integer(1, 1).integer(2, 2), [0x08, 1, 0x10, 2]],
  ])('writes %s', (_what, message, bytes) => {
    expect([...message.finish()]).toEqual(bytes);
  });
});
