/** Scalars of TensorBoard event files: `simple_value` as torch writes it, and tensors of one number as TensorFlow 2 does. */

import { damagedFile } from '../../datasets/formats/byteStream.ts';
import { EventRecords } from './eventRecords.ts';
import { MOST_POINTS, type LogSeries } from './log.ts';
import { floatOf, wireFields } from './protobuf.ts';

/** Fields of `Event`, `Summary`, `Summary.Value`, `SummaryMetadata` (tensorflow/core/framework/summary.proto). */
const EVENT = { wallTime: 1, step: 2, summary: 5 } as const;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simpleValue: 2, tensor: 8, metadata: 9 } as const;
const METADATA_PLUGIN = 1;
const PLUGIN_NAME = 1;
/** Fields of `TensorProto` and its types (tensorflow/core/framework/tensor.proto, types.proto). */
const TENSOR = { type: 1, content: 4, float: 5, double: 6, int: 7, int64: 10 } as const;
const TYPE = { float: 1, double: 2, int32: 3, int64: 9 } as const;

/** Collects the scalars of one or more files. */
export class ScalarCollector {
  readonly series = new Map<string, LogSeries>();
  readonly damage: string[] = [];
  /** Seconds since 1970 of the first record; NaN before any. */
  startedAt = Number.NaN;
  readonly #plugins = new Map<string, string>();
  #points = 0;

  /** Reads a file; its tags follow `prefix`. @throws DenseLabError `source-damaged` for one that holds more than it may */
  async add(path: string, prefix: string): Promise<void> {
    const damage = await EventRecords.read(path, (content) => this.#event(content, prefix));
    this.damage.push(...damage.map((sentence) => (prefix === '' ? sentence : `${prefix} ${sentence}`)));
    if (this.#points > MOST_POINTS) throw damagedFile(path, 'holds more numbers than a log may');
  }

  #event(content: Uint8Array, prefix: string): void {
    let [time, step]: [number, number] = [Number.NaN, 0];
    const summaries: Uint8Array[] = [];
    for (const part of wireFields(content)) {
      if (part.kind === 'fixed64' && part.field === EVENT.wallTime) time = floatOf(part.bytes);
      else if (part.kind === 'integer' && part.field === EVENT.step) step = Number(BigInt.asIntN(64, part.value));
      else if (part.kind === 'bytes' && part.field === EVENT.summary) summaries.push(part.bytes);
    }
    if (!(this.startedAt <= time)) this.startedAt = time;
    if (!Number.isSafeInteger(step) || step < 0) throw new RangeError('its step is no count');
    for (const summary of summaries) {
      for (const part of wireFields(summary)) {
        if (part.kind === 'bytes' && part.field === SUMMARY_VALUE) this.#value(part.bytes, prefix, step, time);
      }
    }
  }

  #value(message: Uint8Array, prefix: string, step: number, time: number): void {
    let [tag, value, tensor]: [string, number | null, number | null] = ['', null, null];
    let plugin: string | undefined;
    for (const part of wireFields(message)) {
      if (part.kind === 'bytes' && part.field === VALUE.tag) tag = `${prefix}${new TextDecoder().decode(part.bytes)}`;
      else if (part.kind === 'fixed32' && part.field === VALUE.simpleValue) value = floatOf(part.bytes);
      else if (part.kind === 'bytes' && part.field === VALUE.tensor) tensor = scalarOf(part.bytes);
      else if (part.kind === 'bytes' && part.field === VALUE.metadata) plugin = pluginOf(part.bytes);
    }
    // The plugin is told with the first value of a tag only; that of a histogram may hold one number too.
    if (plugin !== undefined) this.#plugins.set(tag, plugin);
    const isScalar = ['', 'scalars'].includes(this.#plugins.get(tag) ?? '');
    const told = value ?? (isScalar ? tensor : null);
    if (told === null || tag === '' || ++this.#points > MOST_POINTS) return;
    const series = this.series.get(tag) ?? { tag, step: [], value: [], time: [] };
    this.series.set(tag, series);
    series.step.push(step);
    series.value.push(told);
    series.time.push(time);
  }
}

function pluginOf(metadata: Uint8Array): string {
  for (const part of wireFields(metadata)) {
    if (part.kind !== 'bytes' || part.field !== METADATA_PLUGIN) continue;
    for (const inner of wireFields(part.bytes)) {
      if (inner.kind === 'bytes' && inner.field === PLUGIN_NAME) return new TextDecoder().decode(inner.bytes);
    }
  }
  return '';
}

/** The number of a tensor that holds one; null for others. */
function scalarOf(tensor: Uint8Array): number | null {
  let type = 0;
  let found: number | null = null;
  let content: Uint8Array | null = null;
  for (const part of wireFields(tensor)) {
    if (part.field === TENSOR.type && part.kind === 'integer') type = Number(part.value);
    else if (part.field === TENSOR.content && part.kind === 'bytes') content = part.bytes;
    else if (part.field === TENSOR.float && isNumber(part, 4)) found = floatOf(part.bytes);
    else if (part.field === TENSOR.double && isNumber(part, 8)) found = floatOf(part.bytes);
    else if ((part.field === TENSOR.int || part.field === TENSOR.int64) && part.kind === 'integer') {
      found = Number(BigInt.asIntN(64, part.value));
    }
  }
  return content === null || content.length === 0 ? found : decoded(content, type);
}

function isNumber(
  part: { kind: string; bytes?: Uint8Array },
  size: number,
): part is { kind: string; bytes: Uint8Array } {
  return part.bytes?.length === size;
}

function decoded(content: Uint8Array, type: number): number | null {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (type === TYPE.float && content.length === 4) return view.getFloat32(0, true);
  if (type === TYPE.double && content.length === 8) return view.getFloat64(0, true);
  if (type === TYPE.int32 && content.length === 4) return view.getInt32(0, true);
  if (type === TYPE.int64 && content.length === 8) return Number(view.getBigInt64(0, true));
  return null;
}
