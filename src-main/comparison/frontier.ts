/** Runs that no other beats in both accuracy and cost. */

/** A run as the frontier sees it; null where something was never measured. */
export interface Candidate {
  readonly accuracy: number | null;
  readonly cost: number | null;
}

/** Positions of the candidates on the frontier, the cheapest first. Of equals the first counts. */
export function frontierOf(candidates: readonly Candidate[]): readonly number[] {
  const measured = candidates.flatMap(({ accuracy, cost }, index) =>
    accuracy === null || cost === null ? [] : [{ accuracy, cost, index }],
  );
  measured.sort((one, other) => one.cost - other.cost || other.accuracy - one.accuracy || one.index - other.index);
  let best = Number.NEGATIVE_INFINITY;
  return measured.flatMap(({ accuracy, index }) => {
    if (accuracy <= best) return [];
    best = accuracy;
    return [index];
  });
}
