/** What the desktop remembers between starts: theme, window place, and choices. Lost settings are no failure. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_SETTINGS, type AppSettings } from '../contract/settings.ts';

/** Place of the window on the desktop, in pixels. */
export interface WindowPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly maximised: boolean;
}

/** Remembered choices. */
export interface DesktopSettings extends AppSettings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly window: WindowPlace | null;
}

const DEFAULTS: DesktopSettings = { ...DEFAULT_SETTINGS, theme: 'system', window: null };

/** Reads and writes `<home>/desktop.json`. */
export class SettingsFile {
  private readonly file: string;
  private current: DesktopSettings;

  constructor(home: string) {
    this.file = path.join(home, 'desktop.json');
    this.current = read(this.file);
  }

  get(): DesktopSettings {
    return this.current;
  }

  /** What a person has chosen for the whole app. */
  choices(): AppSettings {
    const { keepAwake, notifications } = this.current;
    return { keepAwake, notifications };
  }

  /** Changes some of the settings and writes all by an atomic rename. */
  update(change: Partial<DesktopSettings>): void {
    this.current = { ...this.current, ...change };
    const temporary = `${this.file}.part`;
    mkdirSync(path.dirname(this.file), { recursive: true });
    writeFileSync(temporary, JSON.stringify(this.current, null, 2));
    renameSync(temporary, this.file);
  }
}

function read(file: string): DesktopSettings {
  if (!existsSync(file)) return DEFAULTS;
  try {
    const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof stored !== 'object' || stored === null) return DEFAULTS;
    const theme = 'theme' in stored ? stored.theme : undefined;
    const window = 'window' in stored ? stored.window : undefined;
    return {
      theme: theme === 'light' || theme === 'dark' ? theme : 'system',
      window: isPlace(window) ? window : null,
      keepAwake: flag(stored, 'keepAwake'),
      notifications: flag(stored, 'notifications'),
    };
  } catch {
    return DEFAULTS;
  }
}

function flag(stored: object, key: keyof AppSettings): boolean {
  const value = new Map<string, unknown>(Object.entries(stored)).get(key);
  return typeof value === 'boolean' ? value : DEFAULT_SETTINGS[key];
}

function isPlace(value: unknown): value is WindowPlace {
  if (typeof value !== 'object' || value === null) return false;
  const place = new Map(Object.entries(value));
  const numbers = ['x', 'y', 'width', 'height'].every((key) => Number.isInteger(place.get(key)));
  return numbers && typeof place.get('maximised') === 'boolean';
}
