/** Whether the process stood still for a while: the computer slept, or somebody stopped it. Such time is no speed of training. */

/** Milliseconds that a step takes at least before anybody doubts that it was computed all the while. */
const DOUBTFUL = 1_000;
/** Share of the time that even a step on a GPU keeps a processor busy: TensorFlow launches its kernels from there. */
const LEAST_BUSY = 0.05;

/** Starts to watch; the function tells, of so many milliseconds since then, whether the process stood still in them. */
export function watchSuspension(
  usage: (since?: NodeJS.CpuUsage) => NodeJS.CpuUsage = (since) => process.cpuUsage(since),
): (milliseconds: number) => boolean {
  const before = usage();
  return (milliseconds) => {
    if (milliseconds < DOUBTFUL) return false;
    const { user, system } = usage(before);
    return (user + system) / 1000 < LEAST_BUSY * milliseconds;
  };
}
