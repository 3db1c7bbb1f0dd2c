/** Choices of a person that hold for the whole app and are remembered over restarts. */

/** All of them; what is stored by an older version is completed with `DEFAULT_SETTINGS`. */
export interface AppSettings {
  /** Whether the computer is kept from going to sleep while a run trains. */
  readonly keepAwake: boolean;
  /** Whether a notification tells, while the window is not in front, that a run has finished or failed. */
  readonly notifications: boolean;
}

/** What holds until a person chooses otherwise. */
export const DEFAULT_SETTINGS: AppSettings = { keepAwake: true, notifications: true };
