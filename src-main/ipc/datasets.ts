/** Answers about datasets. */

import type { DatasetStore } from '../datasets/store.ts';
import type { DuplicateDesk } from './duplicateDesk.ts';
import type { ExportDesk } from './exports.ts';
import type { ImportDesk } from './imports.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface DatasetHandlerParts {
  readonly store: DatasetStore;
  readonly imports: ImportDesk;
  /** The system's dialog; an empty list when it was closed. */
  readonly choose: (kind: 'folder' | 'files') => Promise<readonly string[]>;
  readonly exports: ExportDesk;
  readonly duplicates: DuplicateDesk;
  /** Versions of a dataset that runs have seen. */
  readonly usedVersions: (id: string) => readonly number[];
  /** Shows a file or folder in the system's file manager. */
  readonly showItem: (path: string) => void;
  readonly onChanged: () => void;
}

/** Handlers of `datasets/*`. */
export function datasetHandlers({
  store,
  imports,
  exports,
  choose,
  duplicates,
  usedVersions,
  showItem,
  onChanged,
}: DatasetHandlerParts) {
  const changed = <T>(value: T): T => {
    onChanged();
    return value;
  };
  return {
    'datasets/list': () => store.list(),
    'datasets/show': async ({ id, version }) => {
      const detail = await store.show(id, version);
      if (detail.duplicates === null) duplicates.search(id);
      return detail;
    },
    'datasets/choose': ({ kind }) => choose(kind),
    'datasets/preview': (request) => imports.preview(request),
    'datasets/import': (request) => ({ importId: imports.start(request) }),
    'datasets/cancelImport': ({ importId }) => {
      imports.cancel(importId);
      return null;
    },
    'datasets/rename': async ({ id, name }) => changed(await store.rename(id, name)),
    'datasets/remove': async ({ id }) => {
      await store.setAside(id);
      return changed(null);
    },
    'datasets/restore': async ({ id }) => changed(await store.restore(id)),
    'datasets/export': (request) => ({ exportId: exports.start(request) }),
    'datasets/cancelExport': ({ exportId }) => {
      exports.cancel(exportId);
      return null;
    },
    'datasets/showExport': ({ exportId }) => {
      showItem(exports.pathOf(exportId));
      return null;
    },
    'datasets/images': ({ id, ...query }) => store.images(id, query),
    'datasets/positions': ({ id, ...query }) => store.positions(id, query),
    'datasets/duplicates': ({ id, ...query }) => store.duplicates(id, query),
    'datasets/edit': async ({ id, version, edits }) => changed(await store.edit(id, version, edits)),
    'datasets/undoEdit': async ({ id, version }) => changed(await store.undoEdit(id, version, usedVersions(id))),
  } satisfies Partial<Handlers>;
}
