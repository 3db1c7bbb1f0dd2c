/** Composition root of the desktop app: creates the parts and connects them; decides nothing. */

import os from 'node:os';
import path from 'node:path';
import { app, dialog, session, shell } from 'electron';
import type { BrowserWindow } from 'electron';
import { toFailure } from './contract/errors.ts';
import type { AppEventName, AppEvents, RunEvent } from './contract/events.ts';
import type { AppInfo } from './contract/requests.ts';
import type { RunSummary } from './contract/run.ts';
import { openDecoderPool } from './decoder/pool.ts';
import { duplicateFinder } from './analyst/asking.ts';
import { openDatasetStore } from './datasets/store.ts';
import { readStartArguments } from './desktop/arguments.ts';
import { chooseImages, chooseNewFile, choosePaths, chooseRuns, chooseWheel } from './desktop/dialogs.ts';
import { guardEveryPage, guardSession } from './desktop/guards.ts';
import { openLog, readLogTail } from './desktop/log.ts';
import { APP_ORIGIN, declareAppScheme, serveAppProtocol } from './desktop/protocol.ts';
import { openPresence } from './desktop/attention.ts';
import type { TrainingPresence } from './desktop/presence.ts';
import { manageQuitting } from './desktop/quitting.ts';
import { SettingsFile } from './desktop/settings.ts';
import { utilitySpawn } from './desktop/spawn.ts';
import { chooseTheme, followTheme, isDark } from './desktop/theme.ts';
import { controlWindow, openWindow } from './desktop/window.ts';
import { RunCoordinator } from './experiments/coordinator.ts';
import { HandoverDesk } from './experiments/handover.ts';
import { changeQueue } from './experiments/queueChange.ts';
import { linkingDatasets } from './experiments/linkDatasets.ts';
import { appHandlers } from './ipc/app.ts';
import { placeOutput } from './exchange/output.ts';
import { comparisonHandlers } from './ipc/comparison.ts';
import { datasetHandlers } from './ipc/datasets.ts';
import { DuplicateDesk } from './ipc/duplicateDesk.ts';
import { ExportDesk } from './ipc/exports.ts';
import { forecastHandlers } from './ipc/forecasts.ts';
import { ImportDesk } from './ipc/imports.ts';
import { queueHandlers } from './ipc/queue.ts';
import { settingsHandlers } from './ipc/settings.ts';
import { rateSearchHandlers } from './ipc/rateSearches.ts';
import { seeingHandlers } from './ipc/seeing.ts';
import { pushEvent, registerRequests } from './ipc/register.ts';
import { runFileHandlers } from './ipc/runFiles.ts';
import { runtimeHandlers } from './ipc/runtimes.ts';
import { modelHandlers, runHandlers } from './ipc/runs.ts';
import { networkAnswers, openInspectionDesk } from './networkAnswers.ts';
import { defaultHome } from './process/home.ts';
import { runDirectory } from './runs/directory.ts';
import { readRunLog } from './runs/log.ts';
import { takeOwnership } from './runs/ownership.ts';
import { openRunStore } from './runs/store.ts';
import { cacheDirectory, locateSqlite } from './tensorflow/locate.ts';
import { reportEngine } from './experiments/engine.ts';
import { threadsFor } from './experiments/threads.ts';
import { RuntimeDesk } from './runtime/desk.ts';
import { DEFAULT_SAVING } from './trainer/job.ts';

// Children read it too.
if (app.isPackaged) process.env['DENSELAB_PACKAGED'] = '1';
const started = readStartArguments(process.argv, app.isPackaged, process.cwd());
const home = started.home ?? defaultHome();
const log = openLog(home);
let window: BrowserWindow | null = null;

/** Pushes to the window, if it is there. */
function tell<E extends AppEventName>(name: E, payload: AppEvents[E]): void {
  pushEvent(window?.webContents ?? null, name, payload);
}

/** Whoever hears of what a trainer tells. */
function tellRun(presence: TrainingPresence): (event: RunEvent) => void {
  return (event) => {
    tell('run', event);
    presence.event(event);
  };
}

/** The address of the development server; the packaged app has none, whatever the environment says. */
function developmentServer(): URL | null {
  const address = process.env['ELECTRON_RENDERER_URL'];
  return app.isPackaged || address === undefined ? null : new URL(address);
}

/** Data folder, stores, and whoever works on them. */
async function openParts(settings: SettingsFile) {
  const sqlite = { nativeBinding: locateSqlite() };
  const ownership = takeOwnership(home, sqlite);
  const runs = openRunStore(home, sqlite);
  runs.markInterrupted();
  runs.purgeSetAside();
  const bundles = path.join(app.getAppPath(), 'out', 'main');
  const spawn = utilitySpawn(bundles, (entry, text) => log.info(entry, text.trimEnd()));
  const datasets = await openDatasetStore(home, {
    decoder: openDecoderPool({ spawn }),
    findDuplicates: duplicateFinder(spawn),
  });
  await datasets.purgeSetAside();
  const threads = threadsFor(os.cpus().length);
  const search = { home, cacheDirectory: cacheDirectory(), version: app.getVersion(), threads, datasets, spawn };
  const presence = openPresence({ settings, run: (id) => runs.show(id), window: () => window });
  const coordinator = new RunCoordinator({
    ...search,
    saving: DEFAULT_SAVING,
    runs,
    trains: 'queue',
    onEvent: tellRun(presence),
    onChanged: (id) => tell('runChanged', { id, run: runs.show(id) }),
    onQueue: (queue) => tell('queue', queue),
  });
  const handover = new HandoverDesk(home, (change) => changeQueue(coordinator, change));
  const onDatasets = linkingDatasets(runs, datasets, {
    onChanged: () => tell('datasetsChanged', null),
    onLinked: (run) => tell('runChanged', { id: run.id, run }),
    onFailure: (thrown) => log.error('datasets of imported runs', toFailure(thrown).message),
  });
  const duplicates = new DuplicateDesk(datasets, {
    onFound: onDatasets,
    onFailure: (id, { code, message, detail }) => log.error('duplicates', id, code, message, detail ?? ''),
  });
  const imports = new ImportDesk(datasets, (event) => {
    tell('import', event);
    if (event.phase !== 'finished') return;
    onDatasets();
    duplicates.search(event.dataset.id);
  });
  const exports = new ExportDesk(datasets, (event) => tell('export', event));
  const runtime = new RuntimeDesk({
    spawn,
    addons: app.isPackaged ? path.join(process.resourcesPath, 'runtime') : null,
    onEvent: (event) => tell('runtime', event),
    isInUse: () => coordinator.activeRun !== null,
  });
  const desk = openInspectionDesk(spawn, search, (event) => tell('inspection', event));
  const works = { imports, exports, duplicates, onDatasets, runtime, desk };
  return { ownership, runs, datasets, coordinator, search, ...works, spawn, sqlite, presence, handover };
}

type Parts = Awaited<ReturnType<typeof openParts>>;

function answerRequests(parts: Parts, settings: SettingsFile): void {
  const { runs, datasets, imports } = parts;
  registerRequests({
    window: () => (window === null || window.isDestroyed() ? null : window.webContents),
    origin: APP_ORIGIN,
    onFailure: (name, failure) => log.error(name, failure.code, failure.message, failure.detail ?? ''),
    handlers: {
      ...appHandlers({
        info: () => appInfo(settings),
        control: (action) => controlWindow(window, action),
        setTheme: (theme) => chooseTheme(settings, theme),
        showFolder: (folder) => void shell.openPath(folder),
        home,
        log: () => readLogTail(home),
        runFolder: (id) => runDirectory(home, id),
        datasetFolder: (id) => datasets.directoryOf(id),
        report: () => reportEngine({ home, spawn: parts.spawn, sqlite: () => parts.sqlite }),
      }),
      ...datasetHandlers({
        store: datasets,
        imports,
        choose: (kind) => choosePaths(window, kind),
        exports: parts.exports,
        duplicates: parts.duplicates,
        showItem: (item) => shell.showItemInFolder(item),
        usedVersions: (id) => runs.versionsUsed(id),
        onChanged: parts.onDatasets,
      }),
      ...runtimeHandlers(parts.runtime, () => chooseWheel(window)),
      ...modelHandlers(),
      ...seeingHandlers({ datasets, spawn: parts.spawn, runtime: parts.search }),
      ...answerForecasts(parts),
      ...rateSearchHandlers(parts.search, (event) => tell('rateSearch', event)),
      ...comparisonHandlers({
        runs,
        version: app.getVersion(),
        choosePath: (suggested) => chooseNewFile(window, suggested),
        write: (path, content) =>
          placeOutput(path, { folder: false, entries: [{ name: '', chunks: [Buffer.from(content)] }] }, true),
      }),
      ...answersOfNetworks(parts),
      ...answersAboutRuns(parts, settings),
    },
  });
}

function answersAboutRuns({ runs, datasets, coordinator, presence }: Parts, settings: SettingsFile) {
  const onChanged = (id: number, run: RunSummary | null): void => tell('runChanged', { id, run });
  return {
    ...runHandlers({ runs, coordinator, readLog: (id) => readRunLog(home, id), onChanged }),
    ...queueHandlers({ runs, coordinator, onChanged }),
    ...runFileHandlers({
      home,
      runs,
      datasets,
      choose: (kind) => chooseRuns(window, kind),
      onChanged: (run) => onChanged(run.id, run),
    }),
    ...settingsHandlers({
      get: () => settings.choices(),
      set: (change) => {
        settings.update(change);
        presence.settingsChanged();
        return settings.choices();
      },
    }),
  };
}

function answerForecasts({ search, runs, coordinator }: Parts) {
  return forecastHandlers({
    ...search,
    runs,
    activeRun: () => coordinator.activeRun,
    tell: (event) => tell('calibration', event),
  });
}

/** What runs' networks are asked: to judge, to predict, to become files. */
function answersOfNetworks(parts: Parts) {
  return networkAnswers({
    ...parts,
    version: app.getVersion(),
    home,
    runtime: parts.search,
    chooseOutput: (suggested) => chooseNewFile(window, suggested),
    chooseImages: () => chooseImages(window),
    showItem: (item) => shell.showItemInFolder(item),
  });
}

function appInfo(settings: SettingsFile): AppInfo {
  const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
  const { theme } = settings.get();
  return { version: app.getVersion(), platform, home, theme, dark: isDark(), cores: os.cpus().length };
}

async function main(): Promise<void> {
  await app.whenReady();
  const settings = new SettingsFile(home);
  const parts = await openParts(settings);
  const server = developmentServer();
  guardSession(session.defaultSession, server);
  serveAppProtocol({ root: path.join(app.getAppPath(), 'out', 'renderer'), developmentServer: server, isDark });
  answerRequests(parts, settings);
  const leaveWith = manageQuitting({
    window: () => window,
    training: () => {
      const id = parts.coordinator.activeRun;
      return id === null ? null : parts.runs.show(id).name;
    },
    shutDown: () => closeParts(parts),
  });
  followTheme(settings, (dark) => tell('theme', { dark }));
  window = openWindow({
    preload: path.join(app.getAppPath(), 'out', 'preload', 'index.cjs'),
    icon: path.join(app.getAppPath(), 'resources', 'icon.png'),
    settings,
    dark: isDark(),
    onCrash: (reason) => log.error('the page ended', reason),
  });
  leaveWith(window);
  openPathsWhenLoaded(window, started.paths);
  parts.handover.open();
  parts.coordinator.look();
}

async function closeParts(parts: Parts): Promise<void> {
  parts.desk.close();
  await Promise.all(
    [parts.handover, parts.coordinator, parts.imports, parts.exports, parts.duplicates].map((part) => part.close()),
  );
  parts.runs.purgeSetAside();
  parts.runs.close();
  await parts.datasets.purgeSetAside();
  parts.ownership.release();
}

function openPathsWhenLoaded(target: BrowserWindow, paths: readonly string[]): void {
  if (paths.length > 0) target.webContents.once('did-finish-load', () => tell('openPaths', { paths }));
}

/** A second start hands its paths to the first, which comes to the front. */
function welcomeSecondStart(argv: readonly string[], directory: string): void {
  const { paths } = readStartArguments(argv, app.isPackaged, directory);
  if (window === null) return;
  if (window.isMinimized()) window.restore();
  window.focus();
  if (paths.length > 0) tell('openPaths', { paths });
}

/** Nothing can be shown without a data folder: one sentence, what to do, and out. */
function refuseToStart(thrown: unknown): void {
  const { message, action, detail } = toFailure(thrown);
  log.error(message, detail ?? '');
  process.stderr.write(`${message} ${action}\n`);
  if (process.env['DENSELAB_NO_DIALOG'] === undefined) dialog.showErrorBox(message, action);
  app.exit(1);
}

process.on('uncaughtException', (error) => {
  log.error('uncaught', error.stack ?? error.message);
  app.exit(1);
});
process.on('unhandledRejection', (reason) => log.error('unhandled rejection', String(reason)));

app.setPath('userData', path.join(home, 'window'));
// As root Chromium runs only without the system's sandbox; pages keep their own restrictions then.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
declareAppScheme();
guardEveryPage();
if (app.requestSingleInstanceLock()) {
  app.on('second-instance', (_event, argv, directory) => welcomeSecondStart(argv, directory));
  main().catch(refuseToStart);
} else {
  app.exit(0);
}
