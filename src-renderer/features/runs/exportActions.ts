import { EXPORT_FORMATS } from '../../../src-main/contract/exchange.ts';
import type { ExportFormat } from '../../../src-main/contract/exchange.ts';
import type { RunSummary } from '../../../src-main/contract/run.ts';
import type { Action } from '../../state/actions.svelte.ts';
import type { AppState } from '../../state/app.svelte.ts';
import type { MenuItem } from '../../ui/menuItem.ts';

const TITLES: Readonly<Record<ExportFormat, string>> = {
  savedmodel: 'SavedModel for TensorFlow',
  onnx: 'ONNX',
  safetensors: 'safetensors with its weights',
};

/** Whether the network of the open run can be written now. */
export function canExport(app: AppState, run: RunSummary | null): boolean {
  const { detail } = app.runs;
  return run !== null && detail?.id === run.id && detail.checkpoints.length > 0 && !app.networks.exporting.has(run.id);
}

/** The formats as a menu. */
export function exportMenu(app: AppState, run: RunSummary): readonly MenuItem[] {
  return EXPORT_FORMATS.map((format) => ({
    title: TITLES[format],
    disabled: !canExport(app, run),
    run: () => void app.networks.export(run, format),
  }));
}

/** The same for the command palette. */
export function exportActions(app: AppState, run: () => RunSummary | null): readonly Action[] {
  return EXPORT_FORMATS.map((format) => ({
    id: `run.export.${format}`,
    title: `Export the run as ${TITLES[format]}`,
    group: 'runs',
    when: () => canExport(app, run()),
    run: () => {
      const current = run();
      if (current !== null) void app.networks.export(current, format);
    },
  }));
}
