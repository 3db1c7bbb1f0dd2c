import type { AppInfo } from '../../src-main/contract/requests.ts';
import { DEFAULT_SETTINGS, type AppSettings } from '../../src-main/contract/settings.ts';
import type { Client } from '../bridge/client.ts';

/** Facts of the app and the theme. */
export class Settings {
  info: AppInfo | null = $state.raw(null);
  /** What the theme comes to now; charts and maps redraw when it changes. */
  dark = $state(false);
  /** Choices that hold for the whole app. */
  choices: AppSettings = $state.raw(DEFAULT_SETTINGS);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.#apply(prefersDark());
    client.on('theme', ({ dark }) => this.#apply(dark));
  }

  /** True on a Mac, where shortcuts use Command. */
  get mac(): boolean {
    return this.info?.platform === 'darwin';
  }

  /** Asks the main process for the facts. @throws DenseLabError */
  async load(): Promise<void> {
    this.info = await this.#client.request('app/info', null);
    this.#apply(this.info.dark);
    this.choices = await this.#client.request('settings/get', null);
  }

  /** Changes a choice. @throws DenseLabError */
  async choose(change: Partial<AppSettings>): Promise<void> {
    this.choices = await this.#client.request('settings/set', change);
  }

  /** Chooses a theme; `system` follows the desktop. @throws DenseLabError */
  async setTheme(theme: AppInfo['theme']): Promise<void> {
    await this.#client.request('window/setTheme', { theme });
    if (this.info !== null) this.info = { ...this.info, theme };
    if (theme !== 'system') this.#apply(theme === 'dark');
  }

  #apply(dark: boolean): void {
    this.dark = dark;
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }
}

/** The main process sets the theme source, and Chromium answers this query from it before the first paint. */
function prefersDark(): boolean {
  return typeof matchMedia === 'function' && matchMedia('(prefers-color-scheme: dark)').matches;
}
