import {
  COMPARED_AXES,
  COMPARED_PANELS,
  COMPARED_VIEWS,
  USUAL_LOOK,
  type Brush,
  type ComparedPanel,
  type ComparisonLook,
} from '../../src-main/contract/savedComparison.ts';
import { recall, recallOneOf, remember } from './session.ts';

/** How the comparison is looked at: kept over restarts, and with a saved comparison. */
export class ComparisonLookState {
  look: ComparisonLook = $state.raw(recalledLook());
  /** Where the needle of all charts stands, in the units of the axis. */
  needle: number | null = $state(null);
  /** Id of the run that is pointed at in any chart or table. */
  pointed: number | null = $state(null);

  /** Changes parts of the look. Another axis has other units, so nothing of it is cut off any more. */
  change(part: Partial<ComparisonLook>): void {
    const { axis, logAxis } = this.look;
    const moved = (part.axis ?? axis) !== axis || (part.logAxis ?? logAxis) !== logAxis;
    if (moved) this.needle = null;
    this.look = { ...this.look, ...(moved ? { zoom: null } : {}), ...part };
    this.#remember();
  }

  /** Shows or hides a chart; they stand in one order, whichever was shown first. */
  togglePanel(panel: ComparedPanel): void {
    const panels = toggled(this.look.panels, panel);
    this.change({ panels: COMPARED_PANELS.filter((each) => panels.includes(each)) });
  }

  /** Makes the vertical axis of a chart logarithmic, or linear again. */
  toggleLog(panel: ComparedPanel): void {
    this.change({ logPanels: toggled(this.look.logPanels, panel) });
  }

  /** Brushes an axis; null takes its brush away. */
  brush(key: string, brush: Brush | null): void {
    const others = this.look.brushes.filter((each) => each.key !== key);
    this.change({ brushes: brush === null ? others : [...others, brush] });
  }

  #remember(): void {
    const { view, axis, logAxis, smoothing, seeds, panels, logPanels } = this.look;
    remember('compare.view', view);
    remember('compare.axis', axis);
    remember('compare.logAxis', logAxis ? 'yes' : null);
    remember('compare.smoothing', String(smoothing));
    remember('compare.seeds', seeds);
    remember('compare.panels', panels.join(','));
    remember('compare.logPanels', logPanels.join(','));
  }
}

function toggled(list: readonly ComparedPanel[], panel: ComparedPanel): readonly ComparedPanel[] {
  return list.includes(panel) ? list.filter((each) => each !== panel) : [...list, panel];
}

function recalledPanels(key: string, usual: readonly ComparedPanel[]): readonly ComparedPanel[] {
  const stored = recall(key)?.split(',');
  return stored === undefined ? usual : COMPARED_PANELS.filter((panel) => stored.includes(panel));
}

function recalledLook(): ComparisonLook {
  const smoothing = Number(recall('compare.smoothing') ?? 0);
  return {
    ...USUAL_LOOK,
    view: recallOneOf('compare.view', COMPARED_VIEWS, USUAL_LOOK.view),
    axis: recallOneOf('compare.axis', COMPARED_AXES, USUAL_LOOK.axis),
    logAxis: recall('compare.logAxis') === 'yes',
    smoothing: smoothing >= 0 && smoothing < 1 ? smoothing : 0,
    seeds: recallOneOf('compare.seeds', ['each', 'mean'] as const, 'each'),
    panels: recalledPanels('compare.panels', USUAL_LOOK.panels),
    logPanels: recalledPanels('compare.logPanels', USUAL_LOOK.logPanels),
  };
}
