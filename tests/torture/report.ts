/** What a torture found. */
export interface KillReport {
  readonly victim: string;
  readonly kills: number;
  /** Runs that were killed and went on to their end. */
  readonly runs: number;
  /** Kills after which an epoch that had been told of was not there. */
  readonly lostEpochs: number;
  /** Runs that ended otherwise than one that was never killed. */
  readonly differentRuns: number;
}

/** docs/figures/torture.md. */
export function tortureTable(
  reports: readonly (KillReport & { readonly seconds: number })[],
  seed: number,
  machine: string,
): string {
  return [
    '# Kills',
    '',
    `Written by \`npm run torture\` with seed ${String(seed)} on ${machine}: \`kill -9\` at random moments of runs that are resumed until ` +
      'they have finished. An epoch is lost when it had been told of and is not there afterwards; a run is different when a step, a ' +
      'loss, its result or a weight is not, bit by bit, that of a run that was never killed.',
    '',
    '| killed | kills | runs | lost epochs | different runs | minutes |',
    '|---|--:|--:|--:|--:|--:|',
    ...reports.map(
      ({ victim, kills, runs, lostEpochs, differentRuns, seconds }) =>
        `| ${[victim, kills, runs, lostEpochs, differentRuns, (seconds / 60).toFixed(1)].join(' | ')} |`,
    ),
    '',
  ].join('\n');
}
