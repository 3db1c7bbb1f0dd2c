import { describe, expect, it } from 'vitest';
import { controlFile, readArguments } from '../../../tools/packaging/fpm.js';

const WORDS = [
  ...['-s', 'dir', '--force', '-t', 'deb', '-d', 'libnss3', '-d', 'libgbm1 | libgbm2', '--architecture', 'amd64'],
  ...[
    '--name',
    'denselab',
    '--version',
    '1.2.3',
    '--maintainer',
    'People <p@example.org>',
    '--url',
    'https://example.org',
  ],
  ...[
    '--description',
    'Short\n  Longer text.\n',
    '--package',
    '/out/a.deb',
    '/build/=/opt/DenseLab',
    '/x.png=/usr/x=y.png',
  ],
];

describe('the stand-in for fpm', () => {
  it('keeps every dependency and splits sources from their places at the first sign', () => {
    const { options, files } = readArguments(WORDS);
    expect(options.get('-d')).toEqual(['libnss3', 'libgbm1 | libgbm2']);
    expect(options.get('--package')).toEqual(['/out/a.deb']);
    expect(files).toEqual([
      { from: '/build/', to: '/opt/DenseLab' },
      { from: '/x.png', to: '/usr/x=y.png' },
    ]);
  });

  it('writes a control file that dpkg reads', () => {
    expect(controlFile(readArguments(WORDS).options, 2049)).toBe(
      [
        ...['Package: denselab', 'Version: 1.2.3', 'Architecture: amd64', 'Maintainer: People <p@example.org>'],
        ...['Section: misc', 'Priority: optional', 'Homepage: https://example.org', 'Installed-Size: 3'],
        ...['Depends: libnss3, libgbm1 | libgbm2', 'Description: Short', ' Longer text.', ''],
      ].join('\n'),
    );
  });
});
