-- Ends a proven set-up, once.
-- KEYS[1] ZSET of the transaction: proven set-up -> time in ms at which it is forgotten, KEYS[2] ZSET of the peer, the same
-- ARGV[1] the proven set-up
-- Returns 1 finished, -1 unknown, forgotten or finished before
local UNKNOWN = -1
local ofTransaction, ofPeer = KEYS[1], KEYS[2]
local proven = ARGV[1]

local time = redis.call('TIME')
local untilMs = tonumber(redis.call('ZSCORE', ofTransaction, proven) or 0)
redis.call('ZREM', ofTransaction, proven)
redis.call('ZREM', ofPeer, proven)
return untilMs > time[1] * 1000 + math.floor(time[2] / 1000) and 1 or UNKNOWN
