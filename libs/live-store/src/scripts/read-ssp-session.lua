-- An SSP session, its life prolonged if a message used it.
-- KEYS[1] session HASH
-- ARGV[1] '1' to prolong, '0' to look
-- Returns {peer, their id, our id, time to live in s, ms since the last use}; or -1 unknown
local UNKNOWN = -1
local session = KEYS[1]
local prolong = ARGV[1] == '1'

local peer, theirID, ourID, timeToLiveS =
  unpack(redis.call('HMGET', session, 'peer', 'theirID', 'ourID', 'timeToLiveS'))
if not peer then
  return UNKNOWN
end
local idleMs = timeToLiveS * 1000 - redis.call('PTTL', session)
if prolong then
  redis.call('PEXPIRE', session, timeToLiveS * 1000)
end
return { peer, theirID, ourID, tonumber(timeToLiveS), idleMs }
