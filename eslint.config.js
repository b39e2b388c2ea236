import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Which folders and packages each folder may import: the arrows of the architecture.
 * A folder's own files are always allowed. `node:` modules are packages here, too.
 */
const arrows = {
  domain: { folders: [], packages: ['zod'] },
  projections: { folders: ['domain'], packages: ['zod'] },
  application: { folders: ['domain', 'projections'], packages: ['zod'] },
  adapters: { folders: ['application', 'domain', 'infra', 'projections'] },
  functions: { folders: ['adapters', 'application', 'projections', 'domain', 'infra'] },
  infra: { folders: ['projections'], packages: ['node:fs/promises'] },
  local: { folders: [] },
  cli: { folders: [], packages: ['node:[\\w/]+', 'zod'] },
};

const topLevel = [
  'adapters',
  'application',
  'bench',
  'cli',
  'deployment',
  'docs',
  'domain',
  'functions',
  'infra',
  'local',
  'projections',
  'test',
];

const importDirection = Object.entries(arrows).map(([folder, { folders, packages }]) => {
  const forbidden = topLevel.filter((other) => other !== folder && !folders.includes(other));
  const patterns = [
    { regex: `^(\\.\\./)+(${forbidden.join('|')})/`, message: `${folder}/ may not import this folder.` },
    ...(packages
      ? [
          {
            regex: `^(?!\\.)(?!(${packages.join('|')})$)`,
            message: `${folder}/ may import only ${packages.join(', ')}.`,
          },
        ]
      : []),
  ];
  return { files: [`${folder}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
});

/** Only `compose` wires adapters. It replaces the arrows of functions/: of two such rules, the last counts. */
const compositionRoot = {
  files: ['functions/**/*.ts'],
  ignores: ['functions/compose.ts', 'functions/compose/**'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '^(\\.\\./)+(adapters|bench|cli|deployment|docs|local|test)/',
            message:
              'functions/ may not import this folder; only functions/compose.ts and functions/compose/ wire adapters.',
          },
        ],
      },
    ],
  },
};

export default tseslint.config(
  // The packages of bench/peer/, and with them its types, are installed only where that bench runs.
  { ignores: ['dist/', '.daybook/', 'node_modules/', 'bench/peer/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
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
      // The SDK of Cosmos DB makes such classes by static functions.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts', '*.config.ts'],
    rules: { 'no-restricted-syntax': 'off', 'max-lines': 'off', 'no-console': 'off' },
  },
  // What a package exports is not ours to choose.
  { files: ['**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // Where there is no invocation to log to.
  { files: ['functions/compose/telemetry.ts'], rules: { 'no-console': 'off' } },
  ...importDirection,
  compositionRoot,
);
