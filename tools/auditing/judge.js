/** What a lock file says of packages, judged. */

/**
 * @typedef {object} LockedPackage As package-lock.json has it.
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {string} [integrity]
 * @property {string} [license]
 * @property {boolean} [dev]
 * @property {boolean} [link]
 * @property {boolean} [inBundle] Comes inside another package's archive, under that one's hash.
 */

/** Licences under which the app may be passed on with the package inside, or built with it. */
const ALLOWED = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Unlicense'],
  ...['CC0-1.0', 'CC-BY-4.0', 'Python-2.0', 'OFL-1.1', 'WTFPL', 'MPL-2.0', 'Zlib'],
]);
/** Packages that name none in their package.json, and what their licence file says. */
const LOOKED_UP = new Map([['jstat', 'MIT']]);
const REGISTRY = 'https://registry.npmjs.org/';

/**
 * Whether one of the alternatives of an SPDX expression is allowed, with all that it joins.
 * @param {string} expression
 */
export function isAllowed(expression) {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((licence) => ALLOWED.has(licence.trim())));
}

/**
 * @param {Readonly<Record<string, LockedPackage>>} packages By their place; the empty one is the project itself.
 * @returns {{ faults: readonly string[], licences: ReadonlyMap<string, number> }} One sentence for each fault.
 */
export function judgePackages(packages) {
  /** @type {string[]} */
  const faults = [];
  /** @type {Map<string, number>} */
  const licences = new Map();
  for (const [place, { resolved, integrity, license, version, link, inBundle }] of Object.entries(packages)) {
    if (place === '' || link === true) continue;
    const bare = place.replace(/^.*node_modules\//, '');
    const name = `${bare} ${version ?? ''}`.trim();
    const licence = license ?? LOOKED_UP.get(bare);
    licences.set(licence ?? 'none', (licences.get(licence ?? 'none') ?? 0) + 1);
    if (licence === undefined) faults.push(`${name} names no licence.`);
    else if (!isAllowed(licence)) faults.push(`${name} is under "${licence}", which nobody has looked at.`);
    if (inBundle === true) continue;
    // Where the lock says nothing, npm asks its own registry.
    if (resolved?.startsWith(REGISTRY) === false) faults.push(`${name} does not come from the registry.`);
    if (integrity?.startsWith('sha512-') !== true) faults.push(`${name} has no SHA-512.`);
  }
  return { faults, licences };
}
