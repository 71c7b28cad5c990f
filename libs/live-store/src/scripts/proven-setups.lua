-- The set-ups of a transaction whose digest was right.
-- KEYS[1] ZSET of the transaction: proven set-up -> time in ms at which it is forgotten
-- ARGV none
-- Returns {proven set-up, ...}
local ofTransaction = KEYS[1]

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', ofTransaction, '(' .. nowMs, '+inf')
