import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';
import { layers } from './tools/lint/layers.js';

const LONG = { max: 300, skipBlankLines: true, skipComments: true };

/** Electron's raw channels are for the typed wrappers only. */
const RAW_IPC = ['ipcMain', 'ipcRenderer', 'contextBridge', 'webUtils'];

export default tseslint.config(
  { ignores: ['out', 'dist', 'node_modules', 'coverage', 'test-results', 'playwright-report', 'tests/fixtures'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...svelte.configs['flat/recommended'],
  {
    plugins: { house: { rules: { layers } } },
    rules: {
      'house/layers': 'error',
      'max-lines': ['error', LONG],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "TSAsExpression[expression.type='TSAsExpression']",
          message: 'A double cast hides a wrong type: narrow it with a check.',
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] } },
    rules: {
      'svelte/no-inline-styles': 'error',
      'svelte/require-each-key': 'error',
      // State holds plain collections in `$state.raw` and replaces them; what is not shown must not be reactive.
      'svelte/prefer-svelte-reactivity': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'SvelteDirective[kind="Transition"]', message: 'Transitions inject styles; the CSP refuses them.' },
        { selector: 'SvelteStyleDirective', message: 'Style directives inject styles; use setProperty in an action.' },
      ],
    },
  },
  {
    files: ['src-main/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'shell',
          property: 'openExternal',
          message: 'Nothing in the app opens addresses (docs/security.md, 15).',
        },
      ],
    },
  },
  {
    files: ['src-main/**/*.ts'],
    ignores: ['src-main/ipc/**', 'src-main/preload/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'electron', importNames: RAW_IPC, message: 'Use the typed wrappers in ipc/ and preload/.' }],
        },
      ],
    },
  },
  {
    files: ['tests/**', 'tools/**', '*.config.*'],
    rules: { 'max-lines-per-function': 'off', 'no-console': 'off' },
  },
  { files: ['src-main/cli.ts', 'src-main/cli/**', 'src-main/index.ts'], rules: { 'no-console': 'off' } },
);
