import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommandLine, type Arguments } from '../../../src-main/cli/arguments.ts';
import { COMMANDS } from '../../../src-main/cli/main.ts';
import { DenseLabError } from '../../../src-main/contract/errors.ts';
import { failureOf } from '../../support/failures.ts';

function argumentsOf(line: string): Arguments {
  const request = readCommandLine(line.split(' '), COMMANDS);
  if (request.kind !== 'run') throw new Error(`no command in ${line}`);
  return request.args;
}

describe('readCommandLine', () => {
  it('finds commands of one word and of two, with options anywhere', () => {
    for (const line of ['datasets add a b --name x', '--name x datasets add a b', 'datasets --name=x add a b']) {
      const args = argumentsOf(line);
      expect(args.operands).toEqual(['a', 'b']);
      expect(args.text('name')).toBe('x');
    }
  });

  it('reads numbers, and leaves out what was left out', () => {
    const args = argumentsOf('train --dataset d --model m --epochs 3 --lr 1e-3 --json');
    expect(args.number('epochs')).toBe(3);
    expect(args.number('lr')).toBe(0.001);
    expect(args.number('seed')).toBeUndefined();
    expect(args.flag('json')).toBe(true);
  });

  it.each([
    ['', { kind: 'help', command: undefined }],
    ['--help', { kind: 'help', command: undefined }],
    ['datasets -h', { kind: 'help', command: undefined }],
    ['--version', { kind: 'version' }],
    ['train --help', { kind: 'help', command: { name: 'train' } }],
  ])('"%s" asks for what it says', (line, request) => {
    expect(readCommandLine(line.split(' ').filter(Boolean), COMMANDS)).toMatchObject(request);
  });

  it.each([
    ['trian', 'no command "trian"', 'Did you mean train?'],
    ['datasets ad x', 'no command "datasets ad"', 'Did you mean datasets add?'],
    ['dataset list', 'no command "dataset list"', 'Did you mean datasets list?'],
    [
      'datasets',
      'needs another word',
      'datasets add, datasets list, datasets show, datasets versions, datasets edit, datasets undo, datasets export or datasets remove',
    ],
    ['train --modle x', 'no option --modle', 'Did you mean --model?'],
    ['doctor --epochs 3', 'doctor has no option --epochs', 'It takes --json, --home and --help'],
    ['train --epochs', 'The option --epochs needs a value', '--epochs N'],
    ['train --epochs --json', 'The option --epochs needs a value', '--epochs N'],
    ['train --epochs ten', 'a whole number, not "ten"', '--epochs 8'],
    ['train --epochs -1', 'a whole number, not "-1"', '--epochs 8'],
    ['train --lr fast', 'a number, not "fast"', '--lr 0.1'],
    ['train --schedule linear', 'one-cycle or plateau, not "linear"', '--schedule constant'],
    ['doctor --json=yes', '--json takes no value', '--json alone'],
    ['datasets show', 'needs NAME', 'Write datasets show NAME'],
    ['runs show 1 2', 'does not take "2"', 'Write runs show ID'],
  ])('refuses "%s"', (line, message, action) => {
    const failure = failureOf(() => readCommandLine(line.split(' '), COMMANDS));
    expect(failure.code).toBe('usage');
    expect(failure.message).toContain(message);
    expect(failure.action).toContain(action);
  });

  it('names what a command cannot do without', () => {
    expect(failureOf(() => argumentsOf('train --dataset d').required('model')).message).toBe(
      'The command train needs --model.',
    );
  });

  it('answers any words with a request or a named failure', () => {
    const words = fc.array(fc.oneof(fc.constantFrom('train', 'datasets', '--', '--json', '-h', '--lr'), fc.string()));
    fc.assert(
      fc.property(words, (line) => {
        try {
          readCommandLine(line, COMMANDS);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(DenseLabError);
        }
      }),
    );
  });
});
