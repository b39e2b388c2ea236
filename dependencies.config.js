/**
 * The direction of dependencies, type-only imports included: `npm run lint` fails on any other arrow, and on any circle.
 * A folder may import itself, the folders that stand here, and, where `packages` stands here, no packages but those; Node's own
 * modules only where `builtIns` says so.
 */
const arrows = {
  eventSourcing: { folders: [], packages: ['zod'] },
  domain: { folders: ['eventSourcing'], packages: ['zod'] },
  projections: { folders: ['domain', 'eventSourcing'], packages: ['zod'] },
  statements: {
    folders: ['domain', 'eventSourcing', 'projections'],
    packages: ['pdfkit', 'dejavu-fonts-ttf', 'fast-xml-builder'],
    builtIns: true,
  },
  subscribers: { folders: ['domain', 'eventSourcing', 'application', 'projections'], packages: ['zod'] },
  application: { folders: ['eventSourcing'], packages: ['zod'] },
  adapters: { folders: ['application', 'eventSourcing'] },
  functions: {
    folders: ['application', 'domain', 'eventSourcing', 'infra', 'projections', 'statements', 'subscribers'],
  },
  infra: { folders: ['eventSourcing', 'projections', 'subscribers', 'application'], packages: [], builtIns: true },
  local: { folders: [] },
  client: { folders: [], packages: ['openapi-fetch'] },
  cli: { folders: ['client'], packages: ['zod'], builtIns: true },
  examples: { folders: [] },
  demo: {
    folders: ['application', 'cli', 'domain', 'eventSourcing', 'functions', 'local', 'projections'],
    packages: ['uuid'],
    builtIns: true,
  },
  console: { folders: ['client'], packages: ['preact', '@preact/signals', 'uplot', 'oauth4webapi', 'swagger-ui-dist'] },
};

/** Files, and folders in them, that may import more than their folder. */
const exceptions = {
  // Their stories are the bank's own: a customer's e-mail address, an account's customer.
  'application/commands/bank/': ['domain'],
  'functions/compose(\\.ts|/)': ['adapters'],
  // A second context on the same kit, which calls the bank as any other program does (docs/adr/0037-a-second-context.md).
  'examples/shop/': [
    ...['application', 'client', 'deployment', 'domain', 'eventSourcing', 'functions', 'infra', 'projections'],
  ],
  // From the sources, the app bundles its pages when somebody first opens one.
  'functions/pages/pageFiles\\.ts': ['deployment'],
  // The currencies that the bank knows, and their decimals, without the schema that checks them.
  'console/parts/(currencyChoice\\.tsx|words\\.ts)': ['domain'],
};

/** Packages that files may import beside those of their folder. */
const packageExceptions = {
  // The owner of an address is a rule of the bank, and equal domains are equal by UTS 46 (docs/adr/0023-equal-addresses.md).
  'domain/emailAddress\\.ts': ['tr46'],
};

const anyFolder =
  '(adapters|application|bench|cli|client|console|demo|deployment|docs|domain|eventSourcing|examples|functions|infra|local|projections|statements|subscribers|test)';

const onlyPackages = (name, from, packages, builtIns) => ({
  name,
  severity: 'error',
  comment: `${name}: ${packages.join(', ')}.`,
  from,
  to: {
    dependencyTypesNot: ['local', ...(builtIns ? ['core'] : [])],
    pathNot: [`^${anyFolder}/`, ...packages.map((name) => `^(node_modules/)?(@types/)?${name}(/|$)`)],
  },
});

const forbidden = Object.entries(arrows).flatMap(([folder, { folders, packages, builtIns = false }]) => [
  {
    name: `${folder}-imports-its-folders`,
    severity: 'error',
    comment: `${folder}/ may import ${[folder, ...folders].join(', ')}.`,
    from: { path: `^${folder}/`, pathNot: Object.keys(exceptions).map((file) => `^${file}`) },
    to: { path: `^${anyFolder}/`, pathNot: `^(${[folder, ...folders].join('|')})/` },
  },
  ...(packages
    ? [
        onlyPackages(
          `${folder}-imports-its-packages`,
          { path: `^${folder}/`, pathNot: Object.keys(packageExceptions).map((file) => `^${file}`) },
          packages,
          builtIns,
        ),
      ]
    : []),
]);

const ofPackageExceptions = Object.entries(packageExceptions).map(([file, more]) => {
  const { packages, builtIns = false } = arrows[file.split('/')[0]];
  return onlyPackages(`${file}-imports-its-packages`, { path: `^${file}` }, [...packages, ...more], builtIns);
});

const ofExceptions = Object.entries(exceptions).map(([file, more]) => {
  const [folder] = file.split('/');
  const folders = [folder, ...arrows[folder].folders, ...more];
  return {
    name: `${file}-imports-its-folders`,
    severity: 'error',
    from: { path: `^${file}` },
    to: { path: `^${anyFolder}/`, pathNot: `^(${folders.join('|')})/` },
  };
});

/** Of the bank, the shop has the words for money and text alone; its own domain is as pure as the bank's. */
const ofShop = [
  {
    name: 'the-shop-knows-no-bank',
    severity: 'error',
    from: { path: '^examples/shop/' },
    to: {
      path: '^(domain|projections)/',
      pathNot: '^(domain/(currency|emailAddress|money|text)|projections/fields)\\.ts$',
    },
  },
  {
    name: 'the-domain-of-the-shop-is-pure',
    severity: 'error',
    from: { path: '^examples/shop/domain/' },
    to: { path: `^${anyFolder}/`, pathNot: '^(examples/shop/domain|domain|eventSourcing)/' },
  },
];

export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...forbidden,
    ...ofExceptions,
    ...ofPackageExceptions,
    ...ofShop,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
  },
};
