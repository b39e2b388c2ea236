import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  // The packages of bench/peer/, and with them its types, are installed only where that bench runs.
  // `npm run docs` writes client/api.ts.
  { ignores: ['dist/', '.daybook/', 'node_modules/', 'bench/peer/', 'client/api.ts'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      // To leave a member out of an object.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 20],
      // The Cosmos DB SDK makes such classes by static functions.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts', '*.config.ts'],
    rules: { 'no-restricted-syntax': 'off', 'max-lines': 'off', 'no-console': 'off' },
  },
  // A package chooses its own exports.
  { files: ['**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // The app's own log writes to the console: background work has no invocation to log to.
  {
    files: ['functions/compose.ts', 'functions/compose/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
