/** `denselab doctor`: what this machine can train with. */

import type { EngineCheck, EngineReport } from '../../contract/engine.ts';
import type { Command } from '../command.ts';
import { bytes } from '../format.ts';
import { facts } from '../table.ts';

const MARKS: Readonly<Record<EngineCheck['state'], string>> = {
  ready: 'ready',
  limited: 'limited',
  missing: 'MISSING',
  unused: 'unused',
};

/** Exit status 1 when something that training needs is missing. */
export const doctor: Command = {
  name: 'doctor',
  operands: [],
  options: [],
  summary: 'Show each runtime, where it came from, and what mends what is missing',
  async run({ output, parts, home }) {
    const report = await parts.engineReport(home);
    output.result(report, () => describe(report));
    return report.ready ? 0 : 1;
  },
};

function describe(report: EngineReport): string[] {
  const checks = report.checks.flatMap((check) => [
    `${MARKS[check.state].padEnd(8)} ${[check.title, check.version ?? ''].join(' ').trimEnd()}: ${check.found}`,
    ...(check.origin === null ? [] : [`         from ${check.origin}`]),
    ...(check.remedy === null ? [] : [`         mend it with: ${check.remedy}`]),
  ]);
  const devices = report.devices.map(({ name }) => name).join(', ');
  return [
    ...checks,
    '',
    ...facts([
      ['Devices', devices === '' ? 'none' : devices],
      ['Node-API', String(report.nodeApi)],
      ['Data folder', `${report.home} (${bytes(report.freeBytes)} free)`],
    ]),
    '',
    report.ready ? 'Ready to train.' : 'Not ready to train: see above.',
  ];
}
