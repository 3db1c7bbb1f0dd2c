/** What is used of jstat, which has no types of its own. */
declare module 'jstat' {
  export const jStat: {
    readonly studentt: {
      /** Probability of at most x, with so many degrees of freedom. */
      cdf(x: number, degrees: number): number;
      /** Its inverse. */
      inv(probability: number, degrees: number): number;
    };
    readonly normal: {
      inv(probability: number, mean: number, deviation: number): number;
    };
  };
}
