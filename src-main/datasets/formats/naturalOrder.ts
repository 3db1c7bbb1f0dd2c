/** Order of names as people expect it, the same on every machine and in every language. */

/** Compares runs of digits as numbers (`class2` before `class10`), the rest by code unit. */
export function compareNaturally(one: string, other: string): number {
  const [left, right] = [pieces(one), pieces(other)];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = comparePieces(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length || compareText(one, other);
}

function pieces(name: string): readonly string[] {
  return name.match(/\d+|\D+/g) ?? [];
}

function comparePieces(one: string, other: string): number {
  if (!/^\d/.test(one) || !/^\d/.test(other)) return compareText(one, other);
  const [left, right] = [one.replace(/^0+(?=\d)/, ''), other.replace(/^0+(?=\d)/, '')];
  return left.length - right.length || compareText(left, right);
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
