/** What each request accepts. Objects are strict: a field that the contract does not name is refused. */

import { z } from 'zod';
import { EXPORT_FORMATS, LOG_ROLES, MOST_PREDICTED, RUN_EXPORT_FORMATS } from '../contract/exchange.ts';
import { REUSE_NORMS } from '../contract/inspect.ts';
import { ANNOTATION_LIMITS } from '../contract/run.ts';
import { QUEUE_LIMITS, QUEUE_PRIORITIES } from '../contract/queue.ts';
import { LEAST_SEARCH, MOST_SEARCH } from '../contract/rates.ts';
import { COMPARED_RUNS, COMPARISON_FORMATS } from '../contract/comparison.ts';
import { figureToSave } from './figureSchema.ts';
import type { RequestInput, RequestName } from '../contract/requests.ts';
import { comparisonLook } from '../runs/savedLook.ts';
import { id, inspectedCheckpoint, layerName, STUDY_SCHEMAS } from './studySchemas.ts';
import { SWEEP_LIMITS } from '../contract/sweep.ts';
import { deviceWish as device, givenName as name, runRequestSchema } from '../experiments/runRequest.ts';
import { parseModelSpec } from '../model/spec.ts';
import { validateRecipe } from '../model/recipe.ts';

const datasetId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/, 'not the id of a dataset');
const comparedIds = z
  .array(id)
  .min(COMPARED_RUNS.least, 'a comparison takes two runs or more')
  .max(COMPARED_RUNS.most, `a comparison takes ${String(COMPARED_RUNS.most)} runs at most`)
  .refine((ids) => new Set(ids).size === ids.length, 'a run is there twice');
const text = (most: number): z.ZodString =>
  z
    .string()
    .trim()
    .max(most, `has at most ${String(most)} characters`);
const annotationChange = z.strictObject({
  starred: z.boolean().exactOptional(),
  archived: z.boolean().exactOptional(),
  folder: text(ANNOTATION_LIMITS.folder).exactOptional(),
  tags: z
    .array(text(ANNOTATION_LIMITS.tag).min(1, 'a tag is empty'))
    .max(ANNOTATION_LIMITS.tags, `a run has at most ${String(ANNOTATION_LIMITS.tags)} tags`)
    .refine((tags) => new Set(tags).size === tags.length, 'a tag is there twice')
    .exactOptional(),
  notes: z.string().max(ANNOTATION_LIMITS.notes).exactOptional(),
  colour: z.number().int().min(1).max(10).exactOptional(),
});
const nothing = z.null();
const path = z.string().min(1).max(4096);
const exportFormat = z.enum([...EXPORT_FORMATS, ...RUN_EXPORT_FORMATS]);
/** Which tag is which; tags are as a log has them. */
const logRoles = z.partialRecord(z.enum(LOG_ROLES), z.string().min(1).max(4096));
/** Checked by the model's own parser, so that window and command line say the same. */
const model = z.unknown().transform(parseModelSpec);
const recipe = z.unknown().transform(validateRecipe);
const input = z.strictObject({
  height: z.number().int().min(1).max(1024),
  width: z.number().int().min(1).max(1024),
  channels: z.union([z.literal(1), z.literal(3)]),
});
const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('paths'), paths: z.array(path).min(1).max(1000) }),
  z.strictObject({ kind: z.literal('sample'), sample: z.literal('shapes') }),
]);

const split = z.enum(['train', 'validation', 'test']);
const version = z.number().int().min(1).max(1e6);
const label = z.number().int().min(0).max(65_535);
const className = z.string().trim().min(1).max(255);
const likeness = z.enum(['exact', 'near']);
const edge = z.number().int().min(8).max(512);
const conversion = z.strictObject({
  size: z.strictObject({ height: edge, width: edge }).nullable(),
  fit: z.enum(['crop', 'pad', 'stretch']),
  colour: z.enum(['auto', 'grey', 'colour']),
  background: z.string().regex(/^#[0-9a-fA-F]{6}$/, 'is no colour such as #ffffff'),
});
const choice = z.string().min(1).max(4096);
const splitSeed = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);
/** Positions in a version. */
const images = z.array(z.number().int().min(0)).max(10_000_000);
const share = z.number().min(0).max(1);
const pixels = z.number().int().min(0).max(1_000_000);
const window = { offset: z.number().int().min(0), limit: z.number().int().min(1).max(2000) };
const edit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('renameClass'), label, name: className }),
  z.strictObject({ kind: z.literal('mergeClasses'), labels: z.array(label).min(2).max(65_536), name: className }),
  z.strictObject({ kind: z.literal('exclude'), images }),
  z.strictObject({ kind: z.literal('excludeClass'), label }),
  z.strictObject({ kind: z.literal('relabel'), images, label }),
  z.strictObject({ kind: z.literal('move'), images, to: split }),
  z.strictObject({
    kind: z.literal('resplit'),
    shares: z.strictObject({ train: share, validation: share, test: share }),
    seed: splitSeed,
    stratified: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('excludeDuplicates'), likeness, across: z.boolean() }),
]);
const place = z.number().int().min(0).max(4_294_967_295);
const positive = z.number().int().min(1).max(4_294_967_295);
const filter = z.strictObject({
  images: z.array(place).max(10_000).exactOptional(),
  split: split.exactOptional(),
  label: label.exactOptional(),
  duplicates: z.strictObject({ likeness, across: z.boolean() }).exactOptional(),
  like: place.exactOptional(),
  sourceSize: z.strictObject({ least: pixels, most: pixels }).exactOptional(),
  text: z.string().max(1000).exactOptional(),
});

const runRequest = runRequestSchema(datasetId);
const finite = z.number().min(-1e30).max(1e30);
const axisValues = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('list'), values: z.array(z.json()).max(SWEEP_LIMITS.values) }),
  z.strictObject({
    kind: z.literal('range'),
    from: finite,
    to: finite,
    count: z.number().int().min(1).max(SWEEP_LIMITS.values),
    scale: z.enum(['linear', 'log']),
    whole: z.boolean(),
  }),
]);
const sweep = z.strictObject({
  base: runRequest,
  fixed: z.boolean(),
  models: z.array(z.strictObject({ model, fixed: z.boolean() })).max(SWEEP_LIMITS.models),
  axes: z.array(z.strictObject({ key: z.string().min(1).max(200), values: axisValues })).max(SWEEP_LIMITS.axes),
  choose: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('grid') }),
    z.strictObject({
      kind: z.literal('random'),
      count: z.number().int().min(1).max(SWEEP_LIMITS.runs),
      seed: splitSeed,
    }),
  ]),
  seeds: z.array(splitSeed).max(SWEEP_LIMITS.seeds),
});
const priority = z.enum(QUEUE_PRIORITIES);
const waitingIds = z.array(id).min(1).max(100_000);

const reuseNorm = z.enum(REUSE_NORMS);
const inspected = {
  ...inspectedCheckpoint,
  image: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('stored'), split, index: z.number().int().min(0).max(4_294_967_295) }),
    z.strictObject({ kind: z.literal('file'), path }),
  ]),
};

/** Parsers by request; the type says that none is forgotten and that each yields the contract's input. */
export const REQUEST_SCHEMAS: { readonly [N in RequestName]: z.ZodType<RequestInput<N>> } = {
  'app/info': nothing,
  'app/log': nothing,
  'app/showPath': z.strictObject({
    path: z.union([z.literal('home'), z.strictObject({ run: id }), z.strictObject({ dataset: datasetId })]),
  }),
  'window/control': z.strictObject({ action: z.enum(['minimize', 'maximize', 'close']) }),
  'window/setTheme': z.strictObject({ theme: z.enum(['system', 'light', 'dark']) }),
  'engine/report': nothing,
  'engine/calibration': nothing,
  'engine/calibrate': nothing,
  'engine/cancelCalibration': nothing,
  'runtime/show': nothing,
  'runtime/choose': nothing,
  'runtime/install': z.strictObject({ wheel: path.nullable(), rehash: z.boolean() }),
  'runtime/cancel': nothing,
  'runtime/remove': z.strictObject({ folder: z.string().min(1).max(255) }),
  'datasets/list': nothing,
  'datasets/show': z.strictObject({ id: datasetId, version: version.exactOptional() }),
  'datasets/choose': z.strictObject({ kind: z.enum(['folder', 'files']) }),
  'datasets/preview': z.strictObject({
    source,
    conversion,
    choice: choice.exactOptional(),
    splitSeed: splitSeed.exactOptional(),
  }),
  'datasets/import': z.strictObject({
    source,
    name: name.exactOptional(),
    conversion: conversion.exactOptional(),
    choice: choice.exactOptional(),
    splitSeed: splitSeed.exactOptional(),
  }),
  'datasets/cancelImport': z.strictObject({ importId: id }),
  'datasets/rename': z.strictObject({ id: datasetId, name }),
  'datasets/remove': z.strictObject({ id: datasetId }),
  'datasets/restore': z.strictObject({ id: datasetId }),
  'datasets/images': z.strictObject({
    id: datasetId,
    version: version.exactOptional(),
    filter,
    ...window,
    edge: edge.exactOptional(),
  }),
  'datasets/positions': z.strictObject({ id: datasetId, version, filter, ...window, limit: positive }),
  'datasets/duplicates': z.strictObject({ id: datasetId, version, likeness, across: z.boolean(), ...window }),
  'datasets/edit': z.strictObject({ id: datasetId, version, edits: z.array(edit).min(1).max(1000) }),
  'datasets/undoEdit': z.strictObject({ id: datasetId, version }),
  'datasets/export': z.strictObject({
    id: datasetId,
    version,
    format: z.enum(['folder', 'npz']),
    directory: z.string().min(1).max(4096),
  }),
  'datasets/cancelExport': z.strictObject({ exportId: id }),
  'datasets/showExport': z.strictObject({ exportId: id }),
  'datasets/augmented': z.strictObject({
    id: datasetId,
    version,
    image: z.number().int().min(0),
    recipe,
    count: z.number().int().min(1).max(64),
  }),
  'models/presets': nothing,
  'models/describe': z.strictObject({ model, input, classes: z.number().int().min(2).max(65_536) }),
  'recipes/preview': z.strictObject({ recipe, stepsPerEpoch: z.number().int().min(1).max(1e9) }),
  'runs/list': nothing,
  'runs/show': z.strictObject({ id }),
  'runs/curves': z.strictObject({ id }),
  'runs/start': runRequest,
  'runs/forecast': runRequest,
  'sweeps/plan': sweep,
  'runs/stop': z.strictObject({ id }),
  'runs/pause': z.strictObject({ id }),
  'runs/log': z.strictObject({ id }),
  'queue/list': nothing,
  'queue/add': z.strictObject({
    requests: z.array(runRequest).min(1).max(QUEUE_LIMITS.requests),
    priority,
    sweep: text(QUEUE_LIMITS.sweep).min(1).nullable(),
  }),
  'queue/move': z.strictObject({ id, before: id.nullable() }),
  'queue/prioritise': z.strictObject({ ids: waitingIds, priority }),
  'queue/remove': z.strictObject({ ids: waitingIds }),
  'queue/pause': z.strictObject({ paused: z.boolean() }),
  'settings/get': nothing,
  'settings/set': z
    .strictObject({ keepAwake: z.boolean().exactOptional(), notifications: z.boolean().exactOptional() })
    .refine((change) => Object.keys(change).length > 0, 'a change names a setting'),
  'runs/resume': z.strictObject({ id, force: z.boolean() }),
  'runs/chooseImages': nothing,
  'runs/predict': z.strictObject({ id, paths: z.array(path).min(1).max(MOST_PREDICTED) }),
  'runs/judge': z.strictObject({ id, split: z.enum(['train', 'validation', 'test']) }),
  'runs/chooseExport': z.strictObject({ id, format: exportFormat }),
  'runs/export': z.strictObject({ id, format: exportFormat, out: path }),
  'runs/showExport': z.strictObject({ out: path }),
  'runs/chooseFiles': z.strictObject({ kind: z.enum(['folder', 'files']) }),
  'runs/previewFiles': z.strictObject({ paths: z.array(path).min(1).max(1000) }),
  'runs/import': z.strictObject({ path, name: name.exactOptional(), roles: logRoles.exactOptional() }),
  'rates/find': z.strictObject({
    dataset: datasetId,
    datasetVersion: version.exactOptional(),
    model,
    recipe,
    steps: z.number().int().min(LEAST_SEARCH).max(MOST_SEARCH),
    device: device.exactOptional(),
  }),
  'rates/cancel': nothing,
  'runs/compare': z.strictObject({ ids: comparedIds }),
  'runs/contrast': z.strictObject({ a: id, b: id, split: z.enum(['train', 'validation', 'test']) }),
  'runs/exportComparison': z.strictObject({ ids: comparedIds, format: z.enum(COMPARISON_FORMATS) }),
  'comparisons/list': nothing,
  'comparisons/save': z.strictObject({ id: id.exactOptional(), name, runs: comparedIds, look: comparisonLook }),
  'comparisons/rename': z.strictObject({ id, name }),
  'comparisons/remove': z.strictObject({ id }),
  'comparisons/restore': z.strictObject({ id }),
  'figures/save': figureToSave,
  'runs/annotate': z.strictObject({ id, change: annotationChange }),
  'runs/rename': z.strictObject({ id, name }),
  'runs/remove': z.strictObject({ id }),
  'runs/restore': z.strictObject({ id }),
  'inspect/network': z.strictObject({ run: id }),
  'inspect/image': z.strictObject(inspected),
  'inspect/maps': z.strictObject({ ...inspected, layer: layerName }),
  'inspect/activity': z.strictObject({ ...inspectedCheckpoint, split, layer: layerName }),
  'inspect/cancel': z.strictObject({ run: id }),
  'inspect/classActivation': z.strictObject({ ...inspected, layer: layerName, class: label.exactOptional() }),
  'inspect/occlusion': z.strictObject({
    ...inspected,
    class: label.exactOptional(),
    size: z.number().int().min(1).max(1024),
    stride: z.number().int().min(1).max(1024),
  }),
  'inspect/weights': z.strictObject({ ...inspectedCheckpoint, layer: layerName }),
  'inspect/norms': z.strictObject(inspectedCheckpoint),
  'inspect/reuse': z.strictObject({ ...inspectedCheckpoint, norm: reuseNorm }),
  'inspect/reuseDifference': z.strictObject({
    a: z.strictObject(inspectedCheckpoint),
    b: z.strictObject(inspectedCheckpoint),
    norm: reuseNorm,
  }),
  'inspect/export': z.strictObject({ ...inspected, layer: layerName }),
  ...STUDY_SCHEMAS,
};
