/** One line of a menu. */
export interface MenuItem {
  readonly title: string;
  readonly kbd?: readonly string[];
  readonly disabled?: boolean;
  /** Given where the items are choices; a tick is drawn. */
  readonly checked?: boolean;
  readonly run: () => void;
}
