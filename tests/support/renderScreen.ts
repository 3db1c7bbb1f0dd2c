/** Opens one screen of the window on a fake main process. */

import { render } from '@testing-library/svelte';
import type { Component } from 'svelte';
import type { ImagePage } from '../../src-main/contract/dataset.ts';
import type { RequestInput } from '../../src-main/contract/requests.ts';
import { Client } from '../../src-renderer/bridge/client.ts';
import { AppState } from '../../src-renderer/state/app.svelte.ts';
import { buildImagePage } from './buildDataset.ts';
import type { FakeBridge } from './fakeBridge.ts';
import ScreenHost from './ScreenHost.svelte';

/** Renders a screen and waits until the lists are read. */
export async function renderScreen(screen: Component, bridge: FakeBridge): Promise<AppState> {
  const app = new AppState(new Client(bridge));
  render(ScreenHost, { props: { app, screen } });
  await app.load();
  return app;
}

/** Pages of images that keep to the filter: splits one after another, classes in turn. */
export function filteredImages(bridge: FakeBridge): (input: RequestInput<'datasets/images'>) => ImagePage {
  return ({ id, filter: { split, label }, offset, limit }) => {
    const dataset = bridge.datasets.get(id);
    if (dataset === undefined) throw new Error(`the fake has no dataset ${id}`);
    const images = split === undefined ? dataset.images : dataset.splits[split].images;
    const matching = label === undefined ? images : images / dataset.classNames.length;
    const page = buildImagePage({ ...dataset, images: matching }, offset, limit);
    const shown = page.images.map((image) => ({ ...image, split: split ?? image.split, label: label ?? image.label }));
    return { ...page, images: shown };
  };
}

/** Gives every element this size, which jsdom does not lay out. Returns the function that takes it back. */
export function giveSize(width: number, height: number): () => void {
  const sizes = { clientWidth: width, clientHeight: height };
  for (const [name, value] of Object.entries(sizes)) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
  }
  return () => {
    for (const name of Object.keys(sizes)) Reflect.deleteProperty(HTMLElement.prototype, name);
  };
}
