-- Counts a guess before it is checked, so that parallel guesses never exceed the limit. A refusal is not counted.
-- KEYS[1] counter
-- ARGV[1] limit, ARGV[2] window in ms, from the first guess
-- Returns 0 allowed; or minus the ms until the window ends
local counter = KEYS[1]
local limit, windowMs = tonumber(ARGV[1]), ARGV[2]

local taken = tonumber(redis.call('GET', counter) or '0')
if taken >= limit then
  return -math.max(1, redis.call('PTTL', counter))
end
redis.call('INCR', counter)
if taken == 0 then
  redis.call('PEXPIRE', counter, windowMs)
end
return 0
