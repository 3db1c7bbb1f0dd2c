/** What owner and decoder process say to each other; both check what they hear. */

import { z } from 'zod';
import type { DecodeOutcome, DecodeRequest } from '../datasets/decoding.ts';
import type { ImageProbe } from '../datasets/formats/probeImage.ts';

/** What is to be done with a file. */
export type Task =
  { readonly kind: 'probe'; readonly path: string } | { readonly kind: 'decode'; readonly request: DecodeRequest };

/** What a task comes to. */
export type Outcome = DecodeOutcome | ImageProbe;

/** Files to look at or to decode, many at a time: a message for each would cost more than a small image. */
export interface TasksMessage {
  readonly kind: 'tasks';
  /** Answers carry the same numbers. */
  readonly tasks: readonly { readonly number: number; readonly task: Task }[];
}

/** From the child: it is ready; it loads TensorFlow, which takes its time; it cannot work at all; or answers. */
export type DecoderMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'unable';
      readonly code: 'runtime-missing' | 'runtime-broken';
      readonly message: string;
      readonly action: string;
      readonly detail: string;
    }
  | {
      readonly kind: 'answers';
      readonly answers: readonly { readonly number: number; readonly outcome: Outcome }[];
    };

const imageKind = z.enum(['png', 'jpeg', 'webp', 'bmp', 'gif']);
const channels = z.union([z.literal(1), z.literal(3)]);
const edge = z.number().int().min(1).max(1024);
const request = z.strictObject({
  path: z.string().min(1),
  kind: imageKind,
  bytes: z.number().int().nonnegative(),
  modifiedMs: z.number(),
  orientation: z.number().int().min(1).max(8),
  content: z.instanceof(Uint8Array).exactOptional(),
  height: edge,
  width: edge,
  channels,
  fit: z.enum(['crop', 'pad', 'stretch']),
  background: z.array(z.number().int().min(0).max(255)).min(1).max(3),
});
const task = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('probe'), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal('decode'), request }),
]);
const tasksMessage = z.strictObject({
  kind: z.literal('tasks'),
  tasks: z.array(z.strictObject({ number: z.number().int(), task })),
});

const found = z.strictObject({
  path: z.string(),
  kind: imageKind,
  height: z.number(),
  width: z.number(),
  channels,
  orientation: z.number(),
  bytes: z.number(),
  modifiedMs: z.number(),
});
const outcome = z.union([
  z.strictObject({ ok: z.literal(true), pixels: z.instanceof(Uint8Array) }),
  z.strictObject({ ok: z.literal(true), image: found }),
  z.strictObject({ ok: z.literal(false), reason: z.string(), remedy: z.string() }),
]);
const decoderMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('loading') }),
  z.strictObject({
    kind: z.literal('unable'),
    code: z.enum(['runtime-missing', 'runtime-broken']),
    message: z.string(),
    action: z.string(),
    detail: z.string(),
  }),
  z.strictObject({
    kind: z.literal('answers'),
    answers: z.array(z.strictObject({ number: z.number().int(), outcome })),
  }),
]);

/** A message from the owner; null when it is none. */
export function parseTasksMessage(message: unknown): TasksMessage | null {
  return tasksMessage.safeParse(message).data ?? null;
}

/** A message from the child; null when it is none. */
export function parseDecoderMessage(message: unknown): DecoderMessage | null {
  return decoderMessage.safeParse(message).data ?? null;
}
