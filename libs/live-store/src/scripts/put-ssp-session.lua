-- Keeps an SSP session under the id that its peer announced, unless the id is another peer's.
-- KEYS[1] session HASH
-- ARGV[1] peer, ARGV[2] their id, ARGV[3] our id, ARGV[4] time to live in s
-- Returns 1 kept, -1 taken by another peer
local KEPT, TAKEN = 1, -1
local session = KEYS[1]
local peer, theirID, ourID, timeToLiveS = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local owner = redis.call('HGET', session, 'peer')
if owner and owner ~= peer then
  return TAKEN
end
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HDEL', session, 'untaken')
redis.call('HSET', session, 'peer', peer, 'theirID', theirID, 'ourID', ourID, 'timeToLiveS', timeToLiveS, 'usedAtMs', nowMs)
redis.call('PEXPIRE', session, timeToLiveS * 1000)
return KEPT
