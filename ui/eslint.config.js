import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

/** A tier may import from itself and from those below it: shared, domain, views. */
const tier = (files, forbidden, reason) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ regex: forbidden, message: reason }] }],
  },
});

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/shared/bridge/*.gen.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      'no-console': 'error',
      'svelte/no-at-html-tags': 'error',
      'no-restricted-globals': ['error', 'localStorage', 'sessionStorage', 'indexedDB'],
      'no-restricted-properties': ['error', { object: 'document', property: 'cookie' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*'],
    ignores: ['src/shared/bridge/**', 'src/dev/**', 'src/**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"]',
          message: 'The policy of the window forbids style attributes; `style:name={…}` is fine.',
        },
        {
          selector: 'ImportDeclaration[source.value=/^@tauri-apps/]',
          message: 'Only shared/bridge speaks to Tauri.',
        },
      ],
    },
  },
  tier(['src/shared/**/*'], '/(domain|views|dev)/', 'shared knows no domain and no view.'),
  tier(['src/domain/**/*'], '/(views|dev)/', 'The domain knows no view.'),
);
