/** The device that was asked for when the run was started; NULL in runs of versions before, and in imported ones. */
export const DEVICE_WISH = `
ALTER TABLE runs ADD COLUMN device_wish TEXT;
`;
