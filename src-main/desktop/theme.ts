/** Light or dark: what the person chose, or what the desktop says. */

import { nativeTheme } from 'electron';
import type { DesktopSettings, SettingsFile } from './settings.ts';

/** Applies the remembered theme and tells of every change, whoever made it. */
export function followTheme(settings: SettingsFile, onChange: (dark: boolean) => void): void {
  nativeTheme.themeSource = settings.get().theme;
  nativeTheme.on('updated', () => onChange(nativeTheme.shouldUseDarkColors));
}

/** Changes the theme for now and for later. */
export function chooseTheme(settings: SettingsFile, theme: DesktopSettings['theme']): void {
  settings.update({ theme });
  nativeTheme.themeSource = theme;
}

/** Whether pages are dark at this moment. */
export function isDark(): boolean {
  return nativeTheme.shouldUseDarkColors;
}
