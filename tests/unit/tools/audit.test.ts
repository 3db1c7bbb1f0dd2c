import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAllowed, judgePackages } from '../../../tools/auditing/judge.js';

const good = { version: '1.0.0', integrity: 'sha512-abc', license: 'MIT' };

describe('what DenseLab depends on', () => {
  it('comes from the registry, with a hash, under licences that let it be passed on', () => {
    const lock = path.resolve(import.meta.dirname, '../../../package-lock.json');
    const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: Record<string, typeof good> };
    expect(judgePackages(packages).faults).toEqual([]);
  });

  it.each([
    ['a package from elsewhere', { ...good, resolved: 'https://example.com/a.tgz' }, 'does not come from the registry'],
    ['a package without a hash', { version: '1.0.0', license: 'MIT' }, 'has no SHA-512'],
    ['a package without a licence', { version: '1.0.0', integrity: 'sha512-abc' }, 'names no licence'],
    ['a licence that binds the app', { ...good, license: 'AGPL-3.0' }, 'which nobody has looked at'],
  ])('tells of %s', (_name, entry, fault) => {
    const { faults } = judgePackages({ '': {}, 'node_modules/a': entry });
    expect(faults).toEqual([expect.stringContaining(fault)]);
    expect(faults[0]).toContain('a 1.0.0');
  });

  it('reads licences that are a choice or a sum', () => {
    expect(isAllowed('(AGPL-3.0 OR MIT)')).toBe(true);
    expect(isAllowed('MIT AND AGPL-3.0')).toBe(false);
  });
});
