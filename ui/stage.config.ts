/** Builds `src/dev/stage.ts` as one script, for the tests that run it in the real window. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte()],
  logLevel: 'warn',
  publicDir: false,
  build: {
    target: 'safari16',
    outDir: 'node_modules/.stage',
    lib: { entry: 'src/dev/stage.ts', formats: ['iife'], name: 'keyfobStage', fileName: () => 'stage.js' },
  },
});
