export { createTestDatabase, type TestDatabase } from './servers/test-database.js';
export { startTestPostgres, startTestRedis, type TestServer } from './servers/test-server.js';
