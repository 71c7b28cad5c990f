-- Keeps a nonce for the login that it was issued for.
-- KEYS[1] nonce HASH
-- ARGV[1] hash of its binding, ARGV[2] digest schema, ARGV[3] life in ms
-- Returns 1
local nonce = KEYS[1]
local binding, schema, lifeMs = ARGV[1], ARGV[2], ARGV[3]

redis.call('HSET', nonce, 'binding', binding, 'schema', schema)
redis.call('HDEL', nonce, 'usedBy')
redis.call('PEXPIRE', nonce, lifeMs)
return 1
