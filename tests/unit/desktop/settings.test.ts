import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src-main/contract/settings.ts';
import { SettingsFile } from '../../../src-main/desktop/settings.ts';
import { temporaryHome } from '../../support/runs.ts';

let home: string;
let remove: () => void;

beforeEach(() => {
  ({ home, remove } = temporaryHome());
});

afterEach(() => remove());

describe('choices for the whole app', () => {
  it('are remembered, and changing one leaves the others', () => {
    new SettingsFile(home).update({ notifications: false });
    new SettingsFile(home).update({ theme: 'dark' });
    expect(new SettingsFile(home).choices()).toEqual({ ...DEFAULT_SETTINGS, notifications: false });
    expect(new SettingsFile(home).get().theme).toBe('dark');
  });

  it.each(['{"theme":"dark"}', '{"keepAwake":"yes","notifications":7}', '{"keepAwake"', '[]'])(
    'are those of the beginning where %s is stored',
    (stored) => {
      writeFileSync(path.join(home, 'desktop.json'), stored);
      expect(new SettingsFile(home).choices()).toEqual(DEFAULT_SETTINGS);
    },
  );
});
