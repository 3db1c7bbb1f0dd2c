import path from 'node:path';
import { expect, test } from 'vitest';
import { defaultHome } from '../../../src-main/process/home.ts';

const from = (platform: string, environment: Record<string, string>): string =>
  defaultHome({ platform, environment, userHome: '/home/ada' });

test('the data folder follows each system, and DENSELAB_HOME goes before', () => {
  expect(from('linux', {})).toBe('/home/ada/.config/DenseLab');
  expect(from('linux', { XDG_CONFIG_HOME: '/data' })).toBe('/data/DenseLab');
  expect(from('linux', { XDG_CONFIG_HOME: 'relative' })).toBe('/home/ada/.config/DenseLab');
  expect(from('darwin', {})).toBe('/home/ada/Library/Application Support/DenseLab');
  expect(from('win32', { APPDATA: '/roaming' })).toBe(path.join('/roaming', 'DenseLab'));
  expect(from('linux', { DENSELAB_HOME: '/elsewhere' })).toBe('/elsewhere');
});
