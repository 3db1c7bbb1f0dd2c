/** Shapes of states; each stands beside its word. */
export type Glyph = 'live' | 'queued' | 'paused' | 'done' | 'failed' | 'stopped' | 'limit' | 'none';
