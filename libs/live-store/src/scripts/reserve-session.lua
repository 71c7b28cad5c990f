-- Notes that the login answer which makes an id known to its owner is under way.
-- KEYS[1] mark, KEYS[2] reservation
-- ARGV[1] its life in s
-- Returns 1, or -1 lost
local mark, reservation = KEYS[1], KEYS[2]
local lifeS = ARGV[1]

if not clock(mark) then
  return LOST
end
redis.call('SET', reservation, '1', 'EX', lifeS)
return 1
