/** Parts of the small drawings that explain a term: 320 by 120, bars stand on the base. */

/** How strong a part is drawn: what the term is about, what is around it, and what is passed on. */
export type Tone = 'strong' | 'middle' | 'pale';

/** Of text: a label, the name of what the term is about, or one that lies on a strong box. */
export type Weight = 'label' | 'strong' | 'over';

/** One part of a drawing, in its units. */
export type FigurePart =
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly tone: Tone;
    }
  | { readonly kind: 'path'; readonly d: string; readonly tone: Tone }
  | { readonly kind: 'word'; readonly x: number; readonly y: number; readonly text: string; readonly weight: Weight };

/** Size of every drawing. */
export const FIGURE_SIZE = { width: 320, height: 120 } as const;
/** Where bars stand. */
export const BASE = 96;
const BAR = 14;

/** A layer as in the app's architecture drawing: its height is its number of maps. `x`: its middle. */
export function bar(x: number, height: number, tone: Tone, lift = 0): FigurePart {
  return { kind: 'box', x: x - BAR / 2, y: BASE - lift - height, width: BAR, height, tone };
}

/** A connection from one bar's top to another's. */
export function arc(from: number, to: number, tone: Tone, y = 52): FigurePart {
  const rise = Math.min(46, 12 + (to - from) * 0.22);
  return { kind: 'path', d: `M${from} ${y}Q${(from + to) / 2} ${y - 2 * rise} ${to} ${y}`, tone };
}

/** A step of a computation, with its name in the middle. */
export function step(x: number, width: number, text: string, tone: Tone, y = 44): readonly FigurePart[] {
  return [
    { kind: 'box', x, y, width, height: 32, tone },
    word(x + width / 2, y + 20, text, tone === 'strong' ? 'over' : 'label'),
  ];
}

/** From left to right, with a head. */
export function arrow(x: number, to: number, y = 60): FigurePart {
  return { kind: 'path', d: `M${x} ${y}H${to}M${to - 4} ${y - 3}L${to} ${y}L${to - 4} ${y + 3}`, tone: 'middle' };
}

/** Text around its middle. */
export function word(x: number, y: number, text: string, weight: Weight = 'label'): FigurePart {
  return { kind: 'word', x, y, text, weight };
}

/** The line that bars stand on. */
export function ground(from = 16, to = 304): FigurePart {
  return { kind: 'path', d: `M${from} ${BASE + 0.5}H${to}`, tone: 'middle' };
}
