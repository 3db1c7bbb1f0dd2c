/** Asks the main process what the page asks, through the page's own bridge. */

import type { Page } from '@playwright/test';
import type { Result } from '../../../src-main/contract/errors.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../src-main/contract/requests.ts';

/** The answer as the page gets it. */
export function ask<N extends RequestName>(
  page: Page,
  name: N,
  input: RequestInput<N>,
): Promise<Result<RequestOutput<N>>> {
  return page.evaluate(
    ([requested, payload]) => {
      const request = Reflect.get(Reflect.get(window, 'denselab') ?? {}, 'request');
      return request(requested, payload);
    },
    [name, input] as const,
  );
}

/** The value of an answer that must be one. */
export async function askFor<N extends RequestName>(
  page: Page,
  name: N,
  input: RequestInput<N>,
): Promise<RequestOutput<N>> {
  const answer = await ask(page, name, input);
  if (answer.ok) return answer.value;
  throw new Error(`${name}: ${answer.error.message}`);
}
