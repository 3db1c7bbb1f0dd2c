/** `denselab runs import`. */

import path from 'node:path';
import { LOG_ROLES, type LogRole, type LogRoles, type RunFile } from '../../contract/exchange.ts';
import { DenseLabError } from '../../contract/errors.ts';
import type { RunDetail } from '../../contract/run.ts';
import { importRun, previewRuns } from '../../exchange/importRuns.ts';
import { findByContent, linkDatasets } from '../../experiments/linkDatasets.ts';
import { usage } from '../arguments.ts';
import type { Call, Command } from '../command.ts';

/** Makes runs of bundles and logs. */
export const runsImport: Command = {
  name: 'runs import',
  operands: ['PATH...'],
  options: ['name', 'tags'],
  summary: 'Make runs of bundles (.denselab), TensorBoard event files, or CSV logs',
  details: [
    'A folder may hold several runs. What each series of a log is, is told by its name, and said; --tags ROLE=TAG,... says it instead.',
    `Roles: ${LOG_ROLES.slice(0, 7).join(', ')}, ...`,
    'A run of a log has curves and no network: it stands beside others in comparisons, and cannot predict.',
  ],
  async run(call) {
    const { args, parts, home } = call;
    const owner = parts.takeOwnership(home);
    try {
      return await importAll(
        call,
        args.operands.map((operand) => path.resolve(operand)),
      );
    } finally {
      owner.release();
    }
  },
};

async function importAll({ args, parts, home, output }: Call, paths: readonly string[]): Promise<number> {
  const [datasets, runs] = [await parts.openDatasets(home), parts.openRuns(home)];
  try {
    const files = await previewRuns(paths, async (hash) => (await findByContent(datasets, hash)) !== null);
    if (files.length === 0) throw nothingFound(paths);
    const chosen = args.text('tags') === undefined ? undefined : readRoles(args.required('tags'));
    const name = args.text('name');
    if (name !== undefined && files.length > 1) {
      throw usage(`One name does not do for ${String(files.length)} runs.`, 'Leave --name out.');
    }
    const made: { run: RunDetail; file: RunFile }[] = [];
    for (const file of files) {
      const request = {
        path: file.path,
        ...(name !== undefined && { name }),
        ...(chosen !== undefined && { roles: chosen }),
      };
      made.push({ run: await importRun(request, { home, runs }), file });
    }
    await linkDatasets(runs, datasets);
    output.result({ runs: made.map(({ run, file }) => described(runs.show(run.id), file, chosen)) }, () =>
      made.flatMap(({ run, file }) => lines(runs.show(run.id), file, chosen)),
    );
    return 0;
  } finally {
    runs.close();
  }
}

function described(run: RunDetail, file: RunFile, chosen: LogRoles | undefined): object {
  const { id, name, origin, datasetId, epochsDone } = run;
  const log = file.kind === 'log' ? { roles: chosen ?? file.roles, damage: file.damage } : {};
  return { run: id, name, origin, path: file.path, dataset: datasetId === '' ? null : datasetId, epochsDone, ...log };
}

function lines({ id, name, datasetName, datasetId }: RunDetail, file: RunFile, chosen: LogRoles | undefined): string[] {
  const head = `Imported as run ${String(id)}: ${name}`;
  if (file.kind === 'bundle') {
    const here = datasetId === '' ? 'is not here: import it to judge the run' : 'is here';
    return datasetName === '' ? [head] : [head, `  Its dataset ${datasetName} ${here}.`];
  }
  const roles = Object.entries(chosen ?? file.roles).map(([role, tag]) => `  ${role}: ${tag}`);
  return [head, ...roles, ...file.damage.map((sentence) => `  ${sentence}`)];
}

function nothingFound(paths: readonly string[]): DenseLabError {
  return new DenseLabError(
    'format-unknown',
    `There is no run bundle and no log in ${paths.join(', ')}.`,
    'Give a .denselab file, TensorBoard event files, or the CSV log of Keras, Lightning or DenseLab.',
  );
}

function readRoles(text: string): LogRoles {
  const roles: Partial<Record<LogRole, string>> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const role = LOG_ROLES.find((known) => known === part.slice(0, at).trim());
    if (role === undefined)
      throw usage(`"${part}" gives no role a tag.`, `Write ROLE=TAG with one of ${LOG_ROLES.join(', ')}.`);
    roles[role] = part.slice(at + 1).trim();
  }
  return roles;
}
