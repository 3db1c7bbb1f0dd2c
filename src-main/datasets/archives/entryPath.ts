/** Names in archives: which of them may become files, and where. */

/** Longest part of a path, in bytes: what file systems take. */
const LONGEST_PART = 255;
/** Longest path, in bytes. */
const LONGEST_PATH = 2048;
/** Folders inside folders. */
const DEEPEST = 32;

/** The parts of a path below the folder that is unpacked into, or why there are none. */
export type EntryPath =
  { readonly ok: true; readonly parts: readonly string[] } | { readonly ok: false; readonly reason: string };

/** Judges a name as an archive has it; nothing that passes leads out of the folder that it is joined to. */
export function entryPath(name: string): EntryPath {
  if (name.includes('\0')) return { ok: false, reason: 'Its path holds a zero byte' };
  if (name.includes('\uFFFD')) return { ok: false, reason: 'Its name is not valid UTF-8' };
  // Some Windows programs write their own separators.
  const path = name.replaceAll('\\', '/');
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return { ok: false, reason: 'Its path is absolute' };
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { ok: false, reason: 'Its path leads out of the archive' };
  if (parts.length === 0) return { ok: false, reason: 'It has no name' };
  if (parts.length > DEEPEST) return { ok: false, reason: `More than ${DEEPEST} folders deep` };
  if (Buffer.byteLength(path) > LONGEST_PATH || parts.some((part) => Buffer.byteLength(part) > LONGEST_PART)) {
    return { ok: false, reason: 'Its path is too long' };
  }
  return { ok: true, parts };
}
