import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './shared/css/index.css';

import { mount } from 'svelte';

import App from './App.svelte';

async function start(): Promise<void> {
  // In a plain browser there is no engine: the mock stands in, and only while developing.
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { install } = await import('./dev/mock');
    install();
  }
  const target = document.querySelector('#app');
  if (target) mount(App, { target });
}

void start();
