import { EXPORT_FORMATS, RUN_EXPORT_FORMATS } from '../../../src-main/contract/exchange.ts';
import type { ExportFormat, RunExportFormat } from '../../../src-main/contract/exchange.ts';
import type { RunSummary } from '../../../src-main/contract/run.ts';
import type { Action } from '../../state/actions.svelte.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { isActive } from '../../state/runProgress.ts';
import type { MenuItem } from '../../ui/menuItem.ts';

/** Everything that a run can be written as. */
type AnyFormat = ExportFormat | RunExportFormat;
const FORMATS: readonly AnyFormat[] = [...RUN_EXPORT_FORMATS, ...EXPORT_FORMATS];

const TITLES: Readonly<Record<AnyFormat, string>> = {
  bundle: 'Run bundle for another DenseLab',
  csv: 'Curves as CSV',
  tensorboard: 'Curves for TensorBoard',
  savedmodel: 'SavedModel for TensorFlow',
  onnx: 'ONNX',
  safetensors: 'safetensors with its weights',
};

/** Whether the open run can be written in a format now: a bundle of what has ended, curves where there are some, or its network. */
export function canExport(app: AppState, run: RunSummary | null, format: AnyFormat): boolean {
  const { detail } = app.runs;
  if (run === null || detail?.id !== run.id || app.networks.exporting.has(run.id)) return false;
  if (format === 'bundle') return !isActive(run.status);
  if (format === 'csv' || format === 'tensorboard') return run.stepsDone > 0 || run.epochsDone > 0;
  return detail.checkpoints.length > 0;
}

/** The formats as a menu. */
export function exportMenu(app: AppState, run: RunSummary): readonly MenuItem[] {
  return FORMATS.map((format) => ({
    title: TITLES[format],
    disabled: !canExport(app, run, format),
    run: () => void app.networks.export(run, format),
  }));
}

/** The same for the command palette. */
export function exportActions(app: AppState, run: () => RunSummary | null): readonly Action[] {
  return FORMATS.map((format) => ({
    id: `run.export.${format}`,
    title: `Export the run as ${TITLES[format].replace(/^(Run|Curves)/, (word) => word.toLowerCase())}`,
    group: 'runs',
    when: () => canExport(app, run(), format),
    run: () => {
      const current = run();
      if (current !== null) void app.networks.export(current, format);
    },
  }));
}
