-- Takes the sessions that a completed sync left out, for the time of a lease; then they are due.
-- KEYS[1] mark, KEYS[2] deadlines; then the HASH of each session
-- ARGV[1] peer, ARGV[2] idle since, by the store's own time in ms, ARGV[3] sapEpoch of the sync, ARGV[4] the node that it
--   names or '' for all of the peer, ARGV[5] lease in ms; then the id of each session
-- Returns -1 lost; or the ids taken
local mark, deadlines = KEYS[1], KEYS[2]
local syncPeer, idleSinceMs, syncEpoch, syncNode = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local leaseMs = tonumber(ARGV[5])

local serviceMs = clock(mark)
if not serviceMs then
  return LOST
end

local function leftOut(peer, state, usedAtMs, sapEpoch)
  if peer ~= syncPeer or state ~= 'live' then
    return false
  end
  if syncNode ~= '' and string.match(sapEpoch or '', '^(.+):[^:]+$') ~= syncNode then
    return false
  end
  return tonumber(usedAtMs) < idleSinceMs or (sapEpoch and sapEpoch ~= syncEpoch)
end

local taken = {}
for i = 1, #KEYS - 2 do
  local session, id = KEYS[i + 2], ARGV[i + 5]
  if leftOut(unpack(redis.call('HMGET', session, 'peer', 'state', 'usedAtMs', 'sapEpoch'))) then
    redis.call('HSET', session, 'state', 'left-out-of-sync')
    redis.call('ZADD', deadlines, serviceMs + leaseMs, id)
    taken[#taken + 1] = id
  end
end
return taken
