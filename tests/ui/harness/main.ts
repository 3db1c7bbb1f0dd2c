/** The whole window on a fake main process, for screenshots and for axe: `?scene=runs&theme=dark`. */

import { mount } from 'svelte';
import App from '../../../src-renderer/App.svelte';
import { Client } from '../../../src-renderer/bridge/client.ts';
import { AppState } from '../../../src-renderer/state/app.svelte.ts';
import '../../../src-renderer/ui/fonts.css';
import '../../../src-renderer/ui/tokens.css';
import '../../../src-renderer/ui/base.css';
import { bridgeOf, SCENES } from './scenes.ts';

const query = new URLSearchParams(location.search);
const scene = SCENES[query.get('scene') ?? 'runs'];
const target = document.getElementById('app');
if (target === null || scene === undefined)
  throw new Error(`no such scene; there are ${Object.keys(SCENES).join(', ')}`);

localStorage.clear();
const bridge = bridgeOf(scene, query.get('theme') === 'dark');
const app = new AppState(new Client(bridge));
app.navigation.go(scene.screen);
mount(App, { target, props: { app } });
void app.load().then(() => scene.after?.(bridge, app));
