import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './bridge/client.ts';
import { AppState } from './state/app.svelte.ts';
import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

const app = new AppState(connect());
mount(App, { target, props: { app } });
void app.load();
