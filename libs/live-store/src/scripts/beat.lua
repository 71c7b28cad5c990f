-- Says that peers are being served. After an outage service time goes on from where it stood: the outage is added to all
-- deadlines of the shard, once, whoever says it first.
-- KEYS[1] mark
-- ARGV none
-- Returns 1, or 0 for a lost shard, which has no time
local mark = KEYS[1]

local serviceMs, nowMs = clock(mark)
if not serviceMs then
  return 0
end
redis.call('HSET', mark, 'beatMs', nowMs, 'outageMs', nowMs - serviceMs)
return 1
