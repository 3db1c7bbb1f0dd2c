/** What the desktop remembers between starts: theme and window place. Lost settings are no failure. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Place of the window on the desktop, in pixels. */
export interface WindowPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly maximised: boolean;
}

/** Remembered choices. */
export interface DesktopSettings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly window: WindowPlace | null;
}

const DEFAULTS: DesktopSettings = { theme: 'system', window: null };

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
    };
  } catch {
    return DEFAULTS;
  }
}

function isPlace(value: unknown): value is WindowPlace {
  if (typeof value !== 'object' || value === null) return false;
  const place = new Map(Object.entries(value));
  const numbers = ['x', 'y', 'width', 'height'].every((key) => Number.isInteger(place.get(key)));
  return numbers && typeof place.get('maximised') === 'boolean';
}
