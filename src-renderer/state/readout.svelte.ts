/** The line at the bottom of the window: what is under the pointer or the needle, spelled out with units. */
export class ReadoutState {
  /** What is spoken of: `epoch 141`; empty when nothing is. */
  subject = $state('');
  facts: readonly string[] = $state.raw([]);
  /** Text for the live region; set only when a person asks for it. */
  spoken = $state('');

  /** Shows a subject and its facts until something else is shown. */
  show(subject: string, facts: readonly string[]): void {
    this.subject = subject;
    this.facts = facts;
  }

  /** Empties the line; with `subject`, only when it still shows that. */
  clear(subject?: string): void {
    if (subject !== undefined && subject !== this.subject) return;
    this.subject = '';
    this.facts = [];
  }

  /** Hands the line to the screen reader. */
  speak(): void {
    const text = [this.subject, ...this.facts].filter((part) => part !== '').join(', ');
    this.spoken = text === '' ? 'Nothing under the pointer' : text;
  }
}
