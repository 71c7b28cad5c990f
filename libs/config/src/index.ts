export { jsonFault } from './json-fault.js';
export { configurationPage, configurationSchema, seedSchema } from './configuration-page.js';
export type { CrashPoint } from './crash-point.js';
export type { ConfigFault, Environment } from './config-rules.js';
export { type Config, describeFault, readConfig } from './read-config.js';
export type { SecretKey } from './secret-keys.js';
export { readSeedFile } from './seed-file.js';
export type { ClientCertificates } from './variables/tls.variables.js';
