/** The system's dialogs for choosing files; without a window nothing is chosen. */

import { dialog } from 'electron';
import type { BrowserWindow } from 'electron';

/** Asks for what a dataset is made of; an empty list when the dialog was closed. */
export async function choosePaths(window: BrowserWindow | null, kind: 'folder' | 'files'): Promise<readonly string[]> {
  if (window === null) return [];
  return choose(window, kind === 'folder' ? 'Add a folder of images' : 'Add dataset files', kind);
}

/** Asks for run bundles and logs; an empty list when the dialog was closed. */
export async function chooseRuns(window: BrowserWindow | null, kind: 'folder' | 'files'): Promise<readonly string[]> {
  return window === null ? [] : choose(window, 'Import runs', kind);
}

/** Asks for image files; an empty list when the dialog was closed. */
export async function chooseImages(window: BrowserWindow | null): Promise<readonly string[]> {
  if (window === null) return [];
  return choose(window, 'Try images', 'files');
}

/** A wheel of TensorFlow that a person has; null when the dialog was closed. */
export async function chooseWheel(window: BrowserWindow | null): Promise<string | null> {
  if (window === null) return null;
  const filters = [{ name: 'Python wheel', extensions: ['whl'] }];
  const chosen = await dialog.showOpenDialog(window, { title: 'Choose the wheel', properties: ['openFile'], filters });
  return chosen.filePaths[0] ?? null;
}

/** Asks where to write; null when the dialog was closed. */
export async function chooseNewFile(window: BrowserWindow | null, suggested: string): Promise<string | null> {
  if (window === null) return null;
  const { canceled, filePath } = await dialog.showSaveDialog(window, { title: 'Export', defaultPath: suggested });
  return canceled || filePath === '' ? null : filePath;
}

async function choose(window: BrowserWindow, title: string, kind: 'folder' | 'files'): Promise<readonly string[]> {
  const properties = kind === 'folder' ? (['openDirectory'] as const) : (['openFile', 'multiSelections'] as const);
  return (await dialog.showOpenDialog(window, { title, properties: [...properties] })).filePaths;
}
