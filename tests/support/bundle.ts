/** Bundles TypeScript programs of the tests, so that plain Node of any version runs them. */

import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

/** A program that `node` can run. */
export interface BundledProgram {
  readonly file: string;
  remove(): void;
}

/** Bundles `tests/support/programs/<name>.ts` as CommonJS; native packages are found in this checkout. */
export async function bundleProgram(name: string): Promise<BundledProgram> {
  const root = path.resolve(import.meta.dirname, '../..');
  // Inside node_modules, so that `require` of native packages works from there.
  const folder = mkdtempSync(path.join(root, 'node_modules', '.denselab-test-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    build: {
      ssr: path.join(root, 'tests/support/programs', `${name}.ts`),
      target: 'node18',
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: `${name}.cjs` } },
    },
    ssr: { external: ['better-sqlite3'], noExternal: [/^(?!better-sqlite3)/] },
  });
  return { file: path.join(folder, `${name}.cjs`), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
