/** Everything that can go wrong, as data: a stable code, one sentence for a person, and what to do next. */

/** Stable names of failures; scripts match on them, so a code is never renamed. */
export type ErrorCode =
  // input that a person gave
  | 'usage'
  | 'path-missing'
  | 'path-unreadable'
  | 'format-unknown'
  | 'idx-header'
  | 'idx-mismatch'
  | 'source-damaged'
  | 'source-unsupported'
  | 'dataset-choice'
  | 'dataset-empty'
  | 'dataset-single-class'
  | 'dataset-name-taken'
  | 'dataset-unknown'
  | 'dataset-damaged'
  | 'dataset-version-unknown'
  | 'dataset-version-in-use'
  | 'edit-invalid'
  | 'edit-class-emptied'
  | 'edit-class-taken'
  | 'edit-changes-nothing'
  | 'image-corrupt'
  | 'image-too-large'
  | 'model-unknown'
  | 'model-invalid'
  | 'recipe-invalid'
  | 'batch-too-large'
  | 'sweep-invalid'
  | 'sweep-too-large'
  | 'output-exists'
  | 'run-unknown'
  | 'comparison-unknown'
  | 'run-not-active'
  | 'run-not-queued'
  | 'queue-paused'
  | 'run-active'
  | 'run-finished'
  | 'bundle-invalid'
  | 'log-empty'
  | 'dataset-changed'
  | 'environment-changed'
  | 'payload-invalid'
  | 'sender-refused'
  // the machine
  | 'disk-full'
  | 'drive-gone'
  | 'home-unwritable'
  | 'home-busy'
  | 'database-newer'
  | 'database-damaged'
  | 'runtime-missing'
  | 'runtime-broken'
  | 'kernel-wrong'
  | 'kernels-unavailable'
  | 'image-unreadable'
  | 'weights-invalid'
  | 'weights-mismatch'
  | 'checkpoint-missing'
  | 'layer-unknown'
  | 'not-inspectable'
  | 'dataset-mismatch'
  | 'device-missing'
  | 'out-of-memory'
  | 'worker-died'
  | 'training-diverged'
  | 'rate-not-found'
  | 'checkpoint-damaged'
  | 'checkpoint-mismatch'
  | 'cancelled'
  // a defect of ours
  | 'internal';

/** A failure as it crosses a process boundary. */
export interface Failure {
  readonly code: ErrorCode;
  /** One sentence: what happened, and to which file, run or dataset. */
  readonly message: string;
  /** One sentence: what to do now. */
  readonly action: string;
  /** Text for whoever investigates (a stack, a path, a native message); folded away in the window. */
  readonly detail?: string;
}

/** The outcome of a request: a value, or a failure as data. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

/** A failure on its way up inside one process; it becomes a `Failure` at every boundary. */
export class DenseLabError extends Error {
  readonly failure: Failure;

  constructor(code: ErrorCode, message: string, action: string, detail?: string) {
    super(message);
    this.name = 'DenseLabError';
    this.failure = detail === undefined ? { code, message, action } : { code, message, action, detail };
  }
}

/** Turns anything thrown into a `Failure`: ours as it is, a full disk and a lost one by their errno, and the rest as `internal`. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof DenseLabError) return thrown.failure;
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const errno = errnoOf(thrown);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return {
      code: 'disk-full',
      message: 'The disk that holds the DenseLab data folder is full.',
      action: 'Free some space and try again; nothing that was finished is lost.',
      detail,
    };
  }
  if (errno !== undefined && DRIVE_GONE.has(errno))
    return driveGone(pathOf(thrown) ?? 'the DenseLab data folder', detail).failure;
  if (errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS') {
    return {
      code: 'path-unreadable',
      message: `DenseLab may not open ${pathOf(thrown) ?? 'a file that it needs'}.`,
      action: 'Change its permissions, or choose another place.',
      detail,
    };
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside DenseLab.',
    action: 'Try again; if it happens twice, report it with the details.',
    detail,
  };
}

/** What a system says of a drive that was pulled out, of a network share that is lost, and of a disk that fails. */
const DRIVE_GONE: ReadonlySet<string> = new Set([
  'EIO',
  'ENXIO',
  'ENODEV',
  'ESTALE',
  'ENOTCONN',
  'EREMOTEIO',
  'EHOSTDOWN',
]);

/** The failure of a drive that no longer answers. @param what lies on it: a path, or words */
export function driveGone(what: string, detail?: string): DenseLabError {
  return new DenseLabError(
    'drive-gone',
    `The drive that holds ${what} does not answer any more.`,
    'Connect it again and resume; what was saved is kept.',
    detail,
  );
}

/** `{ok:true}` around a value. */
export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** `{ok:false}` around anything thrown. */
export function fail(thrown: unknown): Result<never> {
  return { ok: false, error: toFailure(thrown) };
}

/** Closes a union: reached only when a case is missing, which the compiler refuses first. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

/** The `code` of a Node system error, if it is one. */
function errnoOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

function pathOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('path' in thrown)) return undefined;
  return typeof thrown.path === 'string' ? thrown.path : undefined;
}
