/** A child that never looks at its messages again, like one in a long native call. */

import { guardAgainstOrphaning } from '../../../src-main/process/orphanGuard.ts';

guardAgainstOrphaning();
process.send?.({ event: 'busy' });
for (;;) Math.random();
