/** Progress on stderr: one living line on a terminal, a line at each quarter elsewhere. Stdout stays for results. */

/**
 * One thing under way, such as a download.
 * @typedef {object} Task
 * @property {(text: string, fraction?: number) => void} update Shows where it stands; `fraction` from 0 to 1.
 * @property {(text: string) => void} done Replaces the status by a lasting line.
 * @property {() => void} stop Removes the status without a line.
 */

/**
 * @typedef {object} Reporter
 * @property {(line: string) => void} say Prints a lasting line.
 * @property {(name: string) => Task} task Starts a task whose lines begin with its name.
 */

/**
 * @param {{ isTTY?: boolean, columns?: number, write(text: string): unknown }} stream
 * @returns {Reporter}
 */
export function createReporter(stream = process.stderr) {
  const live = stream.isTTY === true;
  /** @type {Map<string, string>} */
  const statuses = new Map();

  const clear = () => {
    if (live && statuses.size > 0) stream.write('\r\x1b[2K');
  };
  const draw = () => {
    if (!live || statuses.size === 0) return;
    const line = [...statuses].map(([name, text]) => `${name}: ${text}`).join(' | ');
    stream.write(`\r\x1b[2K${line.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  /** @param {string} line */
  const say = (line) => {
    clear();
    stream.write(`${line}\n`);
    draw();
  };

  return {
    say,
    task(name) {
      let quarter = 0;
      const stop = () => {
        clear();
        statuses.delete(name);
        draw();
      };
      return {
        update(text, fraction) {
          if (live) {
            clear();
            statuses.set(name, text);
            draw();
            return;
          }
          const reached = Math.floor((fraction ?? 0) * 4);
          if (reached > quarter && reached < 4) say(`${name}: ${text}`);
          quarter = Math.max(quarter, reached);
        },
        done(text) {
          stop();
          say(`${name}: ${text}`);
        },
        stop,
      };
    },
  };
}

/**
 * Bytes as a person reads them, in decimal megabytes.
 * @param {number} bytes
 */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/**
 * Seconds since `start` (a `performance.now()`), as text.
 * @param {number} start
 */
export function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
