#!/usr/bin/env node
/**
 * Stands in for `fpm`, which electron-builder would download: makes a Debian package with `dpkg-deb` from the same
 * arguments, so that a machine without that download builds the package that users get.
 */
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { run } from '../../src-main/runtime/run.js';

/** Options that take no value. */
const SWITCHES = new Set(['--force', '--debug']);
/** Options that can be given more than once. */
const LISTS = new Set(['-d', '--deb-recommends']);

/**
 * @param {readonly string[]} words As electron-builder gives them.
 * @returns {{ options: Map<string, string[]>, files: { from: string, to: string }[] }}
 */
export function readArguments(words) {
  /** @type {Map<string, string[]>} */
  const options = new Map();
  /** @type {{ from: string, to: string }[]} */
  const files = [];
  for (let position = 0; position < words.length; position += 1) {
    const word = words[position] ?? '';
    if (SWITCHES.has(word)) continue;
    if (word.startsWith('-')) {
      const value = words[(position += 1)] ?? '';
      options.set(word, LISTS.has(word) ? [...(options.get(word) ?? []), value] : [value]);
    } else {
      const split = word.indexOf('=');
      files.push({ from: word.slice(0, split), to: word.slice(split + 1) });
    }
  }
  return { options, files };
}

/**
 * Debian's control file.
 * @param {Map<string, string[]>} options
 * @param {number} bytes Of everything that is installed.
 */
export function controlFile(options, bytes) {
  const value = (/** @type {string} */ name) => options.get(name)?.[0] ?? '';
  const [synopsis = '', ...lines] = value('--description').split('\n');
  const text = lines.map((line) => line.trim()).filter((line) => line !== '');
  return [
    `Package: ${value('--name')}`,
    `Version: ${value('--version')}`,
    `Architecture: ${value('--architecture')}`,
    `Maintainer: ${value('--maintainer')}`,
    `Section: ${value('--category') || 'misc'}`,
    `Priority: ${value('--deb-priority') || 'optional'}`,
    `Homepage: ${value('--url')}`,
    `Installed-Size: ${Math.ceil(bytes / 1024)}`,
    `Depends: ${(options.get('-d') ?? []).join(', ')}`,
    `Description: ${synopsis}`,
    ...text.map((line) => ` ${line}`),
    '',
  ].join('\n');
}

/** @param {string} folder */
async function bytesBelow(folder) {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

/**
 * @param {readonly string[]} words
 * @throws {Error} With what `dpkg-deb` says.
 */
async function makePackage(words) {
  const { options, files } = readArguments(words);
  const target = options.get('--package')?.[0] ?? '';
  const root = await mkdtemp(path.join(path.dirname(target), 'deb-'));
  try {
    for (const { from, to } of files) {
      const place = path.join(root, to);
      await mkdir(path.dirname(place), { recursive: true });
      await cp(from, place, { recursive: true, verbatimSymlinks: true });
    }
    const bytes = await bytesBelow(root);
    const control = path.join(root, 'DEBIAN');
    await mkdir(control);
    await writeFile(path.join(control, 'control'), controlFile(options, bytes));
    for (const [option, name] of /** @type {const} */ ([
      ['--after-install', 'postinst'],
      ['--after-remove', 'postrm'],
    ])) {
      const script = options.get(option)?.[0];
      if (script === undefined) continue;
      await writeFile(path.join(control, name), await readFile(script));
      await chmod(path.join(control, name), 0o755);
    }
    await chmod(root, 0o755);
    const made = await run('dpkg-deb', ['--root-owner-group', '-Zxz', '-z3', '--build', root, target], {
      timeoutMs: 1.2e6,
    });
    if (made.status !== 0) throw new Error(made.stderr);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await makePackage(process.argv.slice(2));
