import type { Conversion, ImportPreview } from '../../src-main/contract/conversion.ts';
import type { ImportRequest, ImportSource } from '../../src-main/contract/dataset.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { Client } from '../bridge/client.ts';
import {
  conversionErrors,
  conversionOf,
  FIRST_TEXTS,
  parseSeed,
  type ConversionErrors,
  type ConversionTexts,
} from './conversionForm.ts';

/** What the sheet needs of whoever opens it. */
type Start = (request: ImportRequest) => Promise<void>;

/** The import that is being prepared: what was found, what will become of it, and under which name. One source at a time. */
export class ImportSheet {
  /** What was dropped or chosen; null while no sheet is open. */
  source: ImportSource | null = $state.raw(null);
  /** The newest preview; an older one stays while the next is on its way. */
  preview: ImportPreview | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  /** Whether a preview is on its way. */
  reading = $state(false);
  texts: ConversionTexts = $state.raw(FIRST_TEXTS);
  /** Sources that wait for this one. */
  waiting: readonly ImportSource[] = $state.raw([]);
  /** Import was asked for before the preview came. */
  hurried = $state(false);
  readonly #client: Client;
  readonly #start: Start;
  #typedName: string | null = $state(null);
  #choice: string | null = $state(null);
  /** Tells the newest question from older ones. */
  #asked = 0;

  constructor(client: Client, start: Start) {
    this.#client = client;
    this.#start = start;
  }

  /** Name of the new dataset: as typed, or as the source suggests. */
  get name(): string {
    return this.#typedName ?? this.preview?.suggestedName ?? '';
  }

  /** The dataset that is taken, of several that were found. */
  get choice(): string | null {
    return this.#choice ?? this.preview?.choice ?? null;
  }

  get errors(): ConversionErrors {
    return conversionErrors(this.texts);
  }

  /** Whether several datasets were found and none was taken yet. */
  get undecided(): boolean {
    return this.#choice === null && (this.preview?.found.length ?? 0) > 1;
  }

  /** Opens the sheet for a source, or lets it wait for the one that is open. */
  open(source: ImportSource): void {
    if (this.source === null) this.#show(source);
    else this.waiting = [...this.waiting, source];
  }

  /** Closes the sheet without importing; the next source that waits opens. */
  close(): void {
    this.#asked += 1;
    const [next, ...rest] = this.waiting;
    this.source = null;
    this.waiting = rest;
    if (next !== undefined) this.#show(next);
  }

  /** Types a name; an empty one brings the suggested one back. */
  rename(text: string): void {
    this.#typedName = text === '' ? null : text;
  }

  /** Takes one of several datasets. */
  choose(choice: string): void {
    if (choice === this.#choice) return;
    this.#choice = choice;
    this.#ask();
  }

  /** Changes how images are converted, and shows what that makes of them. */
  set(change: Partial<ConversionTexts>): void {
    this.texts = { ...this.texts, ...change };
    if (Object.keys(this.errors).length === 0) this.#ask();
  }

  /** Reads the source again. */
  retry(): void {
    this.#ask();
  }

  /** Imports; while the preview is on its way, as soon as it is there. */
  async submit(): Promise<void> {
    const request = this.#request();
    if (request === null) return;
    this.hurried = this.preview === null && this.failure === null;
    if (this.hurried || this.failure !== null || this.undecided) return;
    this.close();
    await this.#start(request);
  }

  #show(source: ImportSource): void {
    this.source = source;
    this.preview = null;
    this.texts = FIRST_TEXTS;
    this.hurried = false;
    this.#typedName = null;
    this.#choice = null;
    this.#ask();
  }

  #ask(): void {
    const { source } = this;
    const conversion = conversionOf(this.texts);
    if (source === null || conversion === null) return;
    void this.#read({ source, conversion });
  }

  async #read({ source, conversion }: { source: ImportSource; conversion: Conversion }): Promise<void> {
    const question = ++this.#asked;
    this.reading = true;
    this.failure = null;
    try {
      const preview = await this.#client.request('datasets/preview', { source, conversion, ...this.#options() });
      if (question === this.#asked) this.preview = preview;
    } catch (thrown) {
      if (question === this.#asked) this.failure = toFailure(thrown);
    } finally {
      if (question === this.#asked) this.reading = false;
    }
    if (question === this.#asked && this.hurried) await this.submit();
  }

  #options(): { choice?: string; splitSeed?: number } {
    const seed = parseSeed(this.texts.splitSeed) ?? null;
    return { ...(this.#choice !== null && { choice: this.#choice }), ...(seed !== null && { splitSeed: seed }) };
  }

  #request(): ImportRequest | null {
    const conversion = conversionOf(this.texts);
    if (this.source === null || conversion === null || Object.keys(this.errors).length > 0) return null;
    const name = this.#typedName?.trim() ?? '';
    return { source: this.source, conversion, ...(name !== '' && { name }), ...this.#options() };
  }
}
