import type { AppState } from '../../state/app.svelte.ts';
import { SCREEN_TITLES } from '../../state/navigation.svelte.ts';
import { formatPlural } from '../../ui/format.ts';
import type { Glyph } from '../../ui/glyph.ts';

/** What the title bar says of the device that trains. */
export interface DeviceTruth {
  readonly glyph: Glyph;
  readonly text: string;
  /** `TensorFlow 2.21.0`; empty while unknown. */
  readonly runtime: string;
}

/** Where one is: the screen, then what is open on it. */
export function breadcrumb(app: AppState): readonly string[] {
  const { screen } = app.navigation;
  const open = {
    datasets: app.datasets.selected?.name,
    train: 'New run',
    runs: app.runs.selected?.name,
    compare: app.comparison.title,
    inspect: app.inspector.network?.title,
    engine: undefined,
  }[screen];
  return open === undefined ? [SCREEN_TITLES[screen]] : [SCREEN_TITLES[screen], open];
}

/** The devices that TensorFlow itself lists, never one that was hoped for. */
export function deviceTruth(app: AppState): DeviceTruth {
  const { report, checking } = app.engine;
  if (report === null)
    return { glyph: 'queued', text: checking ? 'Looking at the engine' : 'Engine unknown', runtime: '' };
  const version = report.checks.find((check) => check.id === 'tensorflow')?.version;
  const runtime = version === null || version === undefined ? '' : `TensorFlow ${version}`;
  if (!report.ready) return { glyph: 'failed', text: 'Not ready to train', runtime };
  // Several: each run says which one it took.
  if (report.devices.length > 1) {
    return { glyph: 'live', text: report.devices.map(({ name }) => name).join(', '), runtime };
  }
  const cores = app.settings.info?.cores;
  return { glyph: 'live', text: cores === undefined ? 'CPU' : `CPU, ${formatPlural(cores, 'core')}`, runtime };
}
