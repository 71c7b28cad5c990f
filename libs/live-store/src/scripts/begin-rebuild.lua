-- Gives the rebuild of a lost shard to one at a time.
-- KEYS[1] mark
-- ARGV[1] name of the one who asks, ARGV[2] lease in ms
-- Returns 1 begun, 0 another one is at it, or nothing is lost
local mark = KEYS[1]
local rebuilder, leaseMs = ARGV[1], tonumber(ARGV[2])

local serviceMs, nowMs = clock(mark)
local untilMs = tonumber(redis.call('HGET', mark, 'rebuildUntilMs') or '0')
if serviceMs or untilMs > nowMs then
  return 0
end
redis.call('HSET', mark, 'rebuilder', rebuilder, 'rebuildUntilMs', nowMs + leaseMs)
return 1
