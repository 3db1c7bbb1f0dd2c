/** What the owner and the installer say to each other. */

import { z } from 'zod';
import type { RuntimeEvent } from '../contract/runtime.ts';

const request = z.strictObject({
  /** The cache folder. */
  cache: z.string().min(1),
  /** Folder of the addons that the app carries. */
  addons: z.string().min(1),
  /** A wheel that a person has; null to download it. */
  wheel: z.string().min(1).nullable(),
  /** Read every installed byte again. */
  rehash: z.boolean(),
});

/** What to install, and from what. */
export type InstallRequest = z.infer<typeof request>;

/** A message from the owner; null when it is none. */
export function parseInstallRequest(message: unknown): InstallRequest | null {
  const parsed = request.safeParse(message);
  return parsed.success ? parsed.data : null;
}

/** The installer is our own program, so one field tells its events apart from noise. */
export function isRuntimeEvent(message: unknown): message is RuntimeEvent {
  return typeof message === 'object' && message !== null && 'event' in message && typeof message.event === 'string';
}
