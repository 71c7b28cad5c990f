-- The credential of a session of the console. A use begins its idle time again, within its longest life.
-- KEYS[1] session HASH
-- ARGV[1] 'use' or 'look'
-- Returns the credential; or -1 unknown
local UNKNOWN = -1
local session = KEYS[1]

local credential, idleMs, endsAtMs = unpack(redis.call('HMGET', session, 'credential', 'idleMs', 'endsAtMs'))
if not credential then
  return UNKNOWN
end
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local leftMs = tonumber(endsAtMs) - nowMs
if leftMs <= 0 then
  return UNKNOWN
end
if ARGV[1] == 'use' then
  redis.call('PEXPIRE', session, math.min(tonumber(idleMs), leftMs))
end
return credential
