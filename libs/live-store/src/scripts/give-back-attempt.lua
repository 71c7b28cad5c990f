-- Takes back a guess that was none.
-- KEYS[1] counter
-- ARGV none
-- Returns the guesses that are left counted
local counter = KEYS[1]

if tonumber(redis.call('GET', counter) or '0') <= 1 then
  redis.call('DEL', counter)
  return 0
end
return redis.call('DECR', counter)
