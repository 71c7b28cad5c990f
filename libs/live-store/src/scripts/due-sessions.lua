-- The ids most overdue; claim-due.lua, which is given their keys, decides.
-- KEYS[1] mark, KEYS[2] deadlines
-- ARGV[1] limit
-- Returns -1 lost; or ids
local mark, deadlines = KEYS[1], KEYS[2]
local limit = ARGV[1]

local serviceMs = clock(mark)
if not serviceMs then
  return LOST
end
return redis.call('ZRANGEBYSCORE', deadlines, '-inf', '(' .. serviceMs, 'LIMIT', 0, limit)
