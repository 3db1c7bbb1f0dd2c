/** Compiles better-sqlite3 for hosts below Node-API 10, where the addon that ships in its package aborts. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { MACHINE } from '../../src-main/runtime/pins.js';
import { replaceDirectory } from '../../src-main/runtime/cache.js';
import { ADDON_FLAGS, compile, findCompiler, tryAddon } from './compiler.js';
import { SetupFailure } from '../../src-main/runtime/failure.js';
import { COMPILED_NODE_API, PACKAGES, packageVersion } from './pins.js';
import { secondsSince } from '../../src-main/runtime/reporter.js';
import { readStamp, writeStamp } from '../../src-main/runtime/stamp.js';

const SOURCE = path.join(PACKAGES, 'better-sqlite3');
const ADDON = 'better_sqlite3.node';
const REFERENCE_BOX = fileURLToPath(new URL('native/reference_box.h', import.meta.url));

/** @param {string} cache */
function directoryIn(cache) {
  return path.join(cache, 'sqlite', `better-sqlite3-${packageVersion('better-sqlite3')}-${MACHINE}`);
}

/**
 * The compiled addon, as the manifest lists it; null when it is not there.
 * @param {string} cache
 * @param {{ rehash?: boolean }} [options]
 * @returns {Promise<import('../../src-main/runtime/manifest.js').SqliteBinding | null>}
 */
export async function findSqlite(cache, options) {
  const directory = directoryIn(cache);
  const facts = await readStamp(directory, options);
  if (facts === null) return null;
  return { path: path.join(directory, ADDON), nodeApi: COMPILED_NODE_API, origin: String(facts.origin) };
}

/**
 * Compiles and tries the addon.
 * @param {string} cache
 * @param {import('../../src-main/runtime/reporter.js').Reporter} reporter
 */
export async function installSqlite(cache, reporter) {
  const start = performance.now();
  const task = reporter.task('SQLite');
  const compiler = await findCompiler(reporter);
  reporter.say(
    `SQLite: compiling better-sqlite3 for Node-API ${COMPILED_NODE_API} (its own build needs 10), about 30 s`,
  );
  task.update('compiling');
  try {
    await replaceDirectory(directoryIn(cache), async (temporary) => {
      await build(compiler, temporary);
      const version = await tryAddon(TRIAL, [SOURCE, path.join(temporary, ADDON)], 'SQLite');
      const origin = `compiled from better-sqlite3 ${packageVersion('better-sqlite3')}`;
      await writeStamp(temporary, { version, origin });
      task.done(`SQLite ${version}, compiled in ${secondsSince(start)}`);
    });
  } finally {
    task.stop();
  }
}

/** Opens a database in memory with the new addon and prints SQLite's version. */
const TRIAL = `
  const [source, nativeBinding] = process.argv.slice(1);
  const Database = require(source);
  const row = new Database(':memory:', { nativeBinding }).prepare('SELECT sqlite_version() AS version').get();
  console.log(row.version);`;

/**
 * SQLite and the addon at the same time, then the link. The same options as better-sqlite3's binding.gyp, without
 * link-time optimisation, which doubles the time.
 * @param {string} compiler
 * @param {string} directory
 */
async function build(compiler, directory) {
  const sqlite = path.join(SOURCE, 'deps', 'sqlite3');
  const sqliteObject = path.join(directory, 'sqlite3.o');
  const addonObject = path.join(directory, 'addon.o');
  const common = ['-w', '-O2', '-DNDEBUG', '-fPIC', '-fvisibility=hidden', '-c'];
  const defines = sqliteDefines(await readFile(path.join(SOURCE, 'deps', 'defines.gypi'), 'utf8'));
  const includes = [path.join(PACKAGES, 'node-api-headers', 'include'), path.join(PACKAGES, 'node-addon-api'), sqlite];
  const addonFlags = [
    ...['-std=c++20', '-fvisibility-inlines-hidden', `-DNAPI_VERSION=${COMPILED_NODE_API}`],
    ...['-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
    ...includes.map((folder) => `-I${folder}`),
    ...['-include', REFERENCE_BOX],
  ];
  await Promise.all([
    compile(
      compiler,
      [...common, ...defines, '-x', 'c', '-std=c99', path.join(sqlite, 'sqlite3.c'), '-o', sqliteObject],
      'SQLite',
    ),
    compile(
      compiler,
      [...common, ...addonFlags, path.join(SOURCE, 'src', 'better_sqlite3.cpp'), '-o', addonObject],
      'better-sqlite3',
    ),
  ]);
  const isolation = process.platform === 'linux' ? ['-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL', '-ldl', '-lm'] : [];
  const output = ['-o', path.join(directory, ADDON)];
  await compile(compiler, [...ADDON_FLAGS, addonObject, sqliteObject, ...output, ...isolation], 'better-sqlite3');
  await Promise.all([rm(sqliteObject), rm(addonObject)]);
}

/**
 * The compile options of SQLite that better-sqlite3 lists in its `defines.gypi`.
 * @param {string} text
 * @returns {string[]} `-DNAME` or `-DNAME=VALUE`.
 */
export function sqliteDefines(text) {
  const defines = [...text.matchAll(/^\s*'([A-Z][A-Z0-9_]*(?:=[^']*)?)',$/gm)].map(([, define]) => `-D${define}`);
  if (!defines.some((define) => define.startsWith('-DSQLITE_THREADSAFE='))) {
    throw new SetupFailure('The compile options of better-sqlite3 are not where they were.', 'Restore it with: npm ci');
  }
  return defines;
}
