/** The child's side of the line to its owner, alike under Electron's `utilityProcess` and `child_process.fork`. */

/** Messages to and from the process that started this one. */
export interface OwnerChannel {
  /** Sends a structured-clone message; ignored once the owner is gone. */
  post(message: unknown): void;
  /** Messages arrive in order; those that came before the first listener are kept for it. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the owner has died or let go of this process. */
  onOwnerGone(listener: () => void): void;
}

/** Electron's `process.parentPort`, as far as it is used here; Electron itself is not imported. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** Connects to the owner; throws in a process that nobody forked with a channel. */
export function openOwnerChannel(): OwnerChannel {
  const port = 'parentPort' in process ? process.parentPort : undefined;
  if (isParentPort(port)) return overParentPort(port);
  if (process.send !== undefined) return overFork();
  throw new Error('this program is started by DenseLab, with a message channel');
}

function overParentPort(port: ParentPort): OwnerChannel {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', (event) => listener(event.data)),
    onOwnerGone: (listener) => void port.on('close', listener),
  };
}

function overFork(): OwnerChannel {
  // The owner may die between the check and the write; the error then comes here instead of ending the process.
  const ignoreFailure = (): void => undefined;
  return {
    post: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, ignoreFailure);
    },
    onMessage: (listener) => void process.on('message', listener),
    onOwnerGone: (listener) => {
      if (process.connected) process.once('disconnect', listener);
      else setImmediate(listener);
    },
  };
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}
