-- Marks a rebuilt shard as whole.
-- KEYS[1] mark
-- ARGV[1] name of the one who rebuilt it
-- Returns 1 whole; -2 the rebuild is not this one's (any more): the store was emptied again, or another one took over
local NOT_YOURS = -2
local mark = KEYS[1]
local rebuilder = ARGV[1]

local serviceMs, nowMs = clock(mark)
if serviceMs then
  return 1
end
if redis.call('HGET', mark, 'rebuilder') ~= rebuilder then
  return NOT_YOURS
end
redis.call('HDEL', mark, 'rebuilder', 'rebuildUntilMs')
redis.call('HSET', mark, 'generation', nowMs, 'outageMs', 0, 'beatMs', nowMs)
return 1
