-- Replaces what is agreed with a session, if it is held.
-- KEYS[1] mark, KEYS[2] session HASH
-- ARGV[1] names of the functions, a space between them
-- Returns 1 noted, 0 not held, or -1 lost
local mark, session = KEYS[1], KEYS[2]
local services = ARGV[1]

if not clock(mark) then
  return LOST
end
if redis.call('EXISTS', session) == 0 then
  return 0
end
redis.call('HSET', session, 'services', services)
return 1
