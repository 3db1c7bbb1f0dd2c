/** What each family's spec must look like. */

import { z } from 'zod';
import type { DenseNetSpec, HighwaySpec, InceptionSpec, ModelSpec, PlainSpec, ResNetSpec } from '../contract/model.ts';

/** Bounds far above any published network; they keep a slip of the finger from filling the memory. */
const LIMITS = { blocks: 8, layersPerBlock: 512, growthRate: 1024, features: 8192, width: 64, modules: 64 } as const;

const version = z.literal(1);
const layers = z.array(z.int().min(1).max(LIMITS.layersPerBlock)).min(1).max(LIMITS.blocks);
const features = z.int().min(1).max(LIMITS.features);
const dropoutRate = z.number().min(0).lt(1);

const denseNet = z.strictObject({
  version,
  family: z.literal('densenet'),
  stem: z.enum(['cifar', 'imagenet']),
  blockLayers: layers,
  growthRate: z.int().min(1).max(LIMITS.growthRate),
  bottleneck: z.boolean(),
  compression: z.number().gt(0).max(1),
  initialFeatures: features,
  dropoutRate,
}) satisfies z.ZodType<DenseNetSpec>;

const plain = z.strictObject({
  version,
  family: z.literal('plain'),
  unitsPerStage: layers,
  initialFeatures: features,
}) satisfies z.ZodType<PlainSpec>;

const resNet = z.strictObject({
  version,
  family: z.literal('resnet'),
  form: z.enum(['original', 'preactivation']),
  unit: z.enum(['basic', 'bottleneck']),
  shortcut: z.enum(['A', 'B']),
  unitsPerStage: layers,
  initialFeatures: features,
  widthFactor: z.int().min(1).max(LIMITS.width),
  dropoutRate,
  finalSurvival: z.number().gt(0).max(1),
}) satisfies z.ZodType<ResNetSpec>;

const highway = z.strictObject({
  version,
  family: z.literal('highway'),
  unitsPerStage: layers,
  initialFeatures: features,
  gateBias: z.number().min(-10).max(10),
}) satisfies z.ZodType<HighwaySpec>;

const inception = z.strictObject({
  version,
  family: z.literal('inception'),
  initialFeatures: features,
  stageModules: z
    .array(
      z
        .array(z.tuple([features, features]))
        .min(1)
        .max(LIMITS.modules),
    )
    .min(1)
    .max(LIMITS.blocks),
  downFeatures: z.array(features).max(LIMITS.blocks),
}) satisfies z.ZodType<InceptionSpec>;

/** Every family by its name in a spec. */
export const SCHEMAS: { readonly [F in ModelSpec['family']]: z.ZodType<Extract<ModelSpec, { family: F }>> } = {
  densenet: denseNet,
  plain,
  resnet: resNet,
  highway,
  inception,
};

/** The families' names. */
export const FAMILIES: readonly ModelSpec['family'][] = ['densenet', 'plain', 'resnet', 'highway', 'inception'];

/** What every spec begins with, whatever its family. */
export const kindSchema = z.looseObject({ version, family: z.string() });
