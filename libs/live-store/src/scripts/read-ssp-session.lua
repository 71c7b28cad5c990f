-- An SSP session, its life prolonged if a message used it.
-- KEYS[1] session HASH
-- ARGV[1] how a message prolongs it: 'time-to-live' or 'until-replaced'; '' to look only
-- Returns {peer, their id, our id, time to live in s, ms since the last use, pushes not taken in a row}; or -1 unknown
local UNKNOWN = -1
local session = KEYS[1]
local life = ARGV[1]

local peer, theirID, ourID, timeToLiveS, usedAtMs, untaken =
  unpack(redis.call('HMGET', session, 'peer', 'theirID', 'ourID', 'timeToLiveS', 'usedAtMs', 'untaken'))
if not peer then
  return UNKNOWN
end
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
-- A session of the version before has no time of its use.
local idleMs = math.max(0, nowMs - (tonumber(usedAtMs or nowMs)))
if life ~= '' then
  redis.call('HSET', session, 'usedAtMs', nowMs)
end
if life == 'time-to-live' then
  redis.call('PEXPIRE', session, timeToLiveS * 1000)
elseif life == 'until-replaced' then
  redis.call('PERSIST', session)
end
return { peer, theirID, ourID, tonumber(timeToLiveS), idleMs, tonumber(untaken or '0') }
