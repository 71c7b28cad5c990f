-- Ids whose keep-alive time or epoch changed in this store alone. A taken one stays on the list of what was taken until
-- it is settled, and a further change puts it on the other list again: none is lost between taking and settling.
-- KEYS[1] mark, KEYS[2] drift, KEYS[3] drift taken
-- ARGV[1] limit
-- Returns -1 lost; or ids
local mark, drift, driftTaken = KEYS[1], KEYS[2], KEYS[3]
local limit = tonumber(ARGV[1])

if not clock(mark) then
  return LOST
end
local room = limit - redis.call('SCARD', driftTaken)
if room > 0 then
  for _, id in ipairs(redis.call('SRANDMEMBER', drift, room)) do
    if redis.call('SISMEMBER', driftTaken, id) == 0 then
      redis.call('SMOVE', drift, driftTaken, id)
    end
  end
end
return redis.call('SRANDMEMBER', driftTaken, limit)
