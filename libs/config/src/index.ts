export { configurationPage, configurationSchema, seedSchema } from './configuration-page.js';
export { agreementSettings, contradictionsIn } from './agreement-settings.js';
export type { CrashPoint } from './crash-point.js';
export { type Config, type ConfigFault, describeFault, type Environment, readConfig } from './read-config.js';
export type { RedisAddress } from './redis-address.js';
export type { SecretKey } from './secret-keys.js';
export { readSeedFile, type Seed } from './seed-file.js';
export type { Role } from './variables/process.variables.js';
