-- Users that a peer may not try now.
-- KEYS[1] locked users of the peer
-- ARGV none
-- Returns their names
local locked = KEYS[1]

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', locked, '(' .. nowMs, '+inf')
