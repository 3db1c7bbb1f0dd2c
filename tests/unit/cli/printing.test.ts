import { describe, expect, it } from 'vitest';
import { bytes, count, duration, loss, percent, plain } from '../../../src-main/cli/format.ts';
import { Output } from '../../../src-main/cli/output.ts';
import { facts, table } from '../../../src-main/cli/table.ts';

/** Streams that keep what was printed. */
function recordingStreams(isTTY = false, columns = 20) {
  const printed = { out: '', err: '' };
  return {
    printed,
    streams: {
      out: { write: (text: string) => (printed.out += text) },
      err: { write: (text: string) => (printed.err += text), isTTY, columns },
    },
  };
}

describe('numbers', () => {
  it.each([
    [count(1234567), '1,234,567'],
    [percent(0.8625), '86.3%'],
    [percent(Number.NaN), '-'],
    [loss(0.41234), '0.412'],
    [loss(Number.NaN), 'NaN'],
    [bytes(999), '999 B'],
    [bytes(1_300_000_000), '1.3 GB'],
    [bytes(850_000_000), '850 MB'],
    [duration(7.4), '0:07'],
    [duration(3723), '1:02:03'],
    [plain('a\u001b[2Jb\nc'), 'a\ufffd[2Jb\ufffdc'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe('table', () => {
  it('puts words left, numbers right, and nothing at the end of a line', () => {
    const lines = table(
      [{ title: 'NAME' }, { title: 'N', align: 'right' }, { title: 'NOTE' }],
      [
        ['a', '1', 'x'],
        ['long', '1,234', ''],
      ],
    );
    expect(lines).toEqual(['NAME      N  NOTE', 'a         1  x', 'long  1,234']);
  });

  it('keeps columns straight under wide letters', () => {
    expect(
      facts([
        ['花', 'x'],
        ['abc', 'y'],
      ]),
    ).toEqual(['花   x', 'abc  y']);
  });

  it('lets no name move the cursor', () => {
    expect(table([{ title: 'NAME' }], [['\u001b]0;gotcha\u0007']]).join('')).not.toContain('\u001b');
  });
});

describe('Output', () => {
  const failure = { code: 'path-missing', message: 'No file x.', action: 'Check it.', detail: 'secret' } as const;

  it('prints results as one line of JSON, and nothing else', () => {
    const { printed, streams } = recordingStreams(true);
    const output = new Output(true, streams);
    output.status('working');
    output.note('a remark');
    output.result({ a: Number.NaN, b: [1] }, () => ['never']);
    expect(printed).toEqual({ out: '{"a":null,"b":[1]}\n', err: '' });
  });

  it('prints failures on stdout as JSON, on stderr as two sentences', () => {
    const json = recordingStreams();
    new Output(true, json.streams).failure(failure);
    expect(JSON.parse(json.printed.out)).toEqual({
      error: { code: 'path-missing', message: 'No file x.', action: 'Check it.' },
    });
    const human = recordingStreams();
    new Output(false, human.streams).failure(failure);
    expect(human.printed).toEqual({ out: '', err: 'No file x.\nCheck it.\n' });
  });

  it('lists the datasets that there are to choose from, without what would steer a terminal', () => {
    const { printed, streams } = recordingStreams();
    const several = { ...failure, code: 'dataset-choice', detail: 'a: one\nb\u001b[2J: two' } as const;
    new Output(false, streams).failure(several);
    expect(printed.err).toBe('No file x.\nCheck it.\na: one\nb\ufffd[2J: two\n');
  });

  it('shows progress on a terminal only, cut to its width, and clears it before a line', () => {
    const terminal = recordingStreams(true);
    const output = new Output(false, terminal.streams);
    output.status('123456789012345678901234567890');
    output.lines(['done']);
    expect(terminal.printed.err).toBe('\r\u001b[2K1234567890123456789\r\u001b[2K');
    expect(terminal.printed.out).toBe('done\n');
    const unsized = recordingStreams(true, 0);
    new Output(false, unsized.streams).status('working');
    expect(unsized.printed.err).toContain('working');
    const pipe = recordingStreams(false);
    new Output(false, pipe.streams).status('working');
    expect(pipe.printed.err).toBe('');
  });
});
