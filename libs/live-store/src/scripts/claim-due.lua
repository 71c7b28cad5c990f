-- Takes sessions that are past their deadline for the time of a lease, after which they are due again.
-- KEYS[1] mark, KEYS[2] deadlines; then the HASH of each session
-- ARGV[1] lease in ms, ARGV[2] '1' to take also what another caller has claimed; then the id of each session
-- Returns -1 lost; or id, peer and cause in turn for each session taken
local mark, deadlines = KEYS[1], KEYS[2]
local leaseMs, takesClaimed = tonumber(ARGV[1]), ARGV[2] == '1'

local serviceMs = clock(mark)
if not serviceMs then
  return LOST
end
local taken = {}
for i = 1, #KEYS - 2 do
  local session, id = KEYS[i + 2], ARGV[i + 2]
  local peer, state = unpack(redis.call('HMGET', session, 'peer', 'state'))
  local isClaimed = peer and state ~= 'live'
  if isPast(deadlines, id, serviceMs) or (takesClaimed and isClaimed) then
    if not peer then
      -- Nothing writes a deadline without a session; should there be one, nobody owns it.
      redis.call('ZREM', deadlines, id)
    else
      -- A session that was claimed before keeps the cause of that claim.
      local cause = isClaimed and state or 'expired'
      redis.call('HSET', session, 'state', cause)
      redis.call('ZADD', deadlines, serviceMs + leaseMs, id)
      taken[#taken + 1] = id
      taken[#taken + 1] = peer
      taken[#taken + 1] = cause
    end
  end
end
return taken
