/** Names of classes as names of folders, on every system. */

/** Names that mean devices on Windows. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Bytes that a name has at most, with room for a number. */
const LONGEST = 200;

/** One folder name per class name, no two alike even where letter case and composition make no difference. */
export function folderNames(classNames: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return classNames.map((className) => {
    const base = safeName(className);
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base} ${String(number)}`;
      const key = name.normalize('NFKC').toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  });
}

/** The name with `_` for what a file system may refuse or hide. */
export function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\\/:*?"<>|\p{Cc}]/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, (ends) => '_'.repeat(ends.length));
  const short = shortened(plain);
  return short === '' || RESERVED.test(short) || /^__MACOSX$/i.test(short) ? `_${short}` : short;
}

function shortened(name: string): string {
  let short = name;
  while (Buffer.byteLength(short) > LONGEST) short = [...short].slice(0, -1).join('');
  return short;
}
