/** What owner and decoder process say to each other; both check what they hear. */

import { z } from 'zod';
import type { DecodeOutcome, DecodeRequest } from '../datasets/decoding.ts';

/** A file to decode; answers carry the same number. */
export interface DecodeMessage {
  readonly kind: 'decode';
  readonly number: number;
  readonly request: DecodeRequest;
}

/** From the child: it is ready; it loads TensorFlow, which takes its time; it cannot work at all; or one answer. */
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
  | { readonly kind: 'answer'; readonly number: number; readonly outcome: DecodeOutcome };

const edge = z.number().int().min(1).max(1024);
const request = z.strictObject({
  path: z.string().min(1),
  kind: z.enum(['png', 'jpeg', 'webp', 'bmp', 'gif']),
  bytes: z.number().int().nonnegative(),
  modifiedMs: z.number(),
  orientation: z.number().int().min(1).max(8),
  content: z.instanceof(Uint8Array).exactOptional(),
  height: edge,
  width: edge,
  channels: z.union([z.literal(1), z.literal(3)]),
  fit: z.enum(['crop', 'pad', 'stretch']),
  background: z.array(z.number().int().min(0).max(255)).min(1).max(3),
});
const decodeMessage = z.strictObject({ kind: z.literal('decode'), number: z.number().int(), request });

const outcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), pixels: z.instanceof(Uint8Array) }),
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
  z.strictObject({ kind: z.literal('answer'), number: z.number().int(), outcome }),
]);

/** A message from the owner; null when it is none. */
export function parseDecodeMessage(message: unknown): DecodeMessage | null {
  return decodeMessage.safeParse(message).data ?? null;
}

/** A message from the child; null when it is none. */
export function parseDecoderMessage(message: unknown): DecoderMessage | null {
  return decoderMessage.safeParse(message).data ?? null;
}
