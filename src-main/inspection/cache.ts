/** What was used lately, up to so many bytes. */

/** Forgets what was not used for longest. The newest entry stays, however large. */
export class RecentlyUsed<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly bytes: number }>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: T, bytes: number): void {
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const [old, entry] of this.#entries) {
      if (this.#bytes <= this.#mostBytes || old === key) return;
      this.#entries.delete(old);
      this.#bytes -= entry.bytes;
    }
  }
}
