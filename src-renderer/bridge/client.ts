import type { AppEventName, AppEvents } from '../../src-main/contract/events.ts';
import { DenseLabError } from '../../src-main/contract/errors.ts';
import type { DenseLabBridge, RequestInput, RequestName, RequestOutput } from '../../src-main/contract/requests.ts';

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly denselab?: DenseLabBridge;
  }
}

/** The main process as the window's state sees it: requests that throw `DenseLabError`, and events. */
export class Client {
  readonly #bridge: DenseLabBridge;

  constructor(bridge: DenseLabBridge) {
    this.#bridge = bridge;
  }

  /** Asks, and unwraps the result. @throws DenseLabError with the failure that the main process gave. */
  async request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>> {
    const result = await this.#bridge.request(name, input);
    if (result.ok) return result.value;
    const { code, message, action, detail } = result.error;
    throw new DenseLabError(code, message, action, detail);
  }

  /** Listens; returns the function that ends it. */
  on<E extends AppEventName>(name: E, listener: (payload: AppEvents[E]) => void): () => void {
    return this.#bridge.on(name, listener);
  }

  /** Absolute paths of dropped or pasted files; those without one are left out. */
  pathsOf(files: Iterable<File>): readonly string[] {
    return [...files].map((file) => this.#bridge.pathOf(file)).filter((path) => path !== '');
  }
}

/** The client of this window. @throws DenseLabError when the page was opened outside DenseLab. */
export function connect(): Client {
  if (window.denselab === undefined) {
    throw new DenseLabError(
      'internal',
      'This page has no connection to DenseLab.',
      'Start DenseLab with its own command instead of opening the page in a browser.',
    );
  }
  return new Client(window.denselab);
}
