-- Begins a set-up of an SSP session, anew if its transaction is in use.
-- KEYS[1] ZSET of the peer's unfinished set-ups by the time at which they are forgotten, KEYS[2] set-up HASH
-- ARGV[1] name of the set-up, ARGV[2] their token, ARGV[3] our token, ARGV[4] limit, ARGV[5] life in ms
-- Returns 1 begun, -1 too many
local BEGUN, TOO_MANY = 1, -1
local unfinished, setup = KEYS[1], KEYS[2]
local name, theirToken, ourToken = ARGV[1], ARGV[2], ARGV[3]
local limit, lifeMs = tonumber(ARGV[4]), tonumber(ARGV[5])

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', unfinished, '-inf', nowMs)
if not redis.call('ZSCORE', unfinished, name) and redis.call('ZCARD', unfinished) >= limit then
  return TOO_MANY
end
redis.call('ZADD', unfinished, nowMs + lifeMs, name)
redis.call('PEXPIRE', unfinished, lifeMs)
redis.call('DEL', setup)
redis.call('HSET', setup, 'state', 'begun', 'theirToken', theirToken, 'ourToken', ourToken)
redis.call('PEXPIRE', setup, lifeMs)
return BEGUN
