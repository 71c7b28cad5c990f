-- Moves a set-up whose digest was right to the proven ones, once. It keeps the time at which it is forgotten.
-- KEYS[1..5] as in setups.lua, KEYS[6] ZSET of the transaction: proven set-up -> time in ms at which it is forgotten,
-- KEYS[7] ZSET of the peer, the same
-- ARGV[1] name, ARGV[2] our token, ARGV[3] the proven set-up, ARGV[4] limit of the peer
-- Returns 1 proven, -1 unknown or forgotten, -2 the peer has too many
local PROVEN, UNKNOWN, TOO_MANY = 1, -1, -2
local ofTransaction, ofPeer = KEYS[6], KEYS[7]
local setup, proven, limit = ARGV[1] .. ':' .. ARGV[2], ARGV[3], tonumber(ARGV[4])

local nowMs = nowInMs()
local untilMs = tonumber(redis.call('ZSCORE', byTime, setup) or 0)
if untilMs <= nowMs then
  return UNKNOWN
end
redis.call('ZREMRANGEBYSCORE', ofPeer, '-inf', nowMs)
if redis.call('ZCARD', ofPeer) >= limit then
  return TOO_MANY
end
forget(setup)
for _, key in ipairs({ ofTransaction, ofPeer }) do
  redis.call('ZADD', key, untilMs, proven)
  redis.call('PEXPIRE', key, math.max(untilMs - nowMs, redis.call('PTTL', key)))
end
return PROVEN
