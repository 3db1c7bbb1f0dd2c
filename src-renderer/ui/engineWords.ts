import type { Device, EngineCheck, EngineReport } from '../../src-main/contract/engine.ts';
import { formatBytes } from './format.ts';
import type { Glyph } from './glyph.ts';

/** A verdict in a word, a shape and a tone. */
export interface Verdict {
  readonly word: string;
  readonly glyph: Glyph;
  readonly tone: 'dim' | 'warn' | 'bad';
}

/** How each state of a check is told. */
export const VERDICTS: Readonly<Record<EngineCheck['state'], Verdict>> = {
  ready: { word: 'ready', glyph: 'done', tone: 'dim' },
  limited: { word: 'works, with a limit', glyph: 'limit', tone: 'warn' },
  missing: { word: 'missing', glyph: 'failed', tone: 'bad' },
  unused: { word: 'not used yet', glyph: 'none', tone: 'dim' },
};

const SUMMARY: readonly (readonly [EngineCheck['state'], string])[] = [
  ['ready', 'ready'],
  ['limited', 'with a limit'],
  ['missing', 'missing'],
  ['unused', 'unused'],
];

/** `5 ready, 2 with a limit, 1 missing`. */
export function summaryOf(report: EngineReport): string {
  return SUMMARY.map(([state, word]) => [report.checks.filter((check) => check.state === state).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

/** What a device is, and when a run trains on it. */
export function deviceWords({ kind }: Device, devices: readonly Device[]): string {
  const what = kind === 'GPU' ? 'graphics processor' : 'processor';
  return devices.length === 1
    ? `${what}; every run trains on it`
    : `${what}; for runs that ask for it or measure it faster`;
}

/** Names and versions of the parts that have one. */
export function versionPairs(
  report: EngineReport,
  denselab: string | undefined,
): readonly (readonly [string, string])[] {
  const own: readonly (readonly [string, string])[] = denselab === undefined ? [] : [['DenseLab', denselab]];
  const parts = report.checks.flatMap((check) =>
    check.version === null ? [] : [[check.title, check.version] as const],
  );
  return [...own, ...parts, ['Node-API', String(report.nodeApi)]];
}

/** The whole report as text, for a bug report. */
export function reportText(report: EngineReport, denselab: string | undefined): string {
  const checks = report.checks.map((check) => {
    const parts = [check.version, check.found, check.origin];
    const line = `${check.title}: ${VERDICTS[check.state].word}; ${parts.filter((part) => part !== null).join(', ')}`;
    return check.remedy === null ? line : `${line}\n  ${check.remedy}`;
  });
  return [
    `DenseLab ${denselab ?? '(version unknown)'}, ${report.ready ? 'ready to train' : 'not ready to train'}`,
    ...checks,
    `Devices: ${report.devices.map((device) => device.name).join(', ') || 'none'}`,
    `Node-API ${report.nodeApi}, ${formatBytes(report.freeBytes)} free in ${report.home}`,
  ].join('\n');
}
