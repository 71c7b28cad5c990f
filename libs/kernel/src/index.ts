export { assertNever } from './assert-never.js';
export type { Brand } from './brand.js';
export type { Clock } from './clock.port.js';
export type { Randomness } from './randomness.port.js';
export type { RedisAddress } from './redis-address.js';
export type { SteadyClock } from './steady-clock.port.js';
export { err, ok, type Result } from './result.js';
export { postgresServers } from './postgres-address.js';
