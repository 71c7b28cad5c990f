-- How long the most overdue session has been due.
-- KEYS[1] mark, KEYS[2] deadlines
-- ARGV none
-- Returns -1 lost; or milliseconds, 0 where none is due
local mark, deadlines = KEYS[1], KEYS[2]

local serviceMs = clock(mark)
if not serviceMs then
  return LOST
end
local first = redis.call('ZRANGE', deadlines, 0, 0, 'WITHSCORES')
return first[2] and math.max(0, serviceMs - tonumber(first[2])) or 0
