-- Begins a session of the console.
-- KEYS[1] session HASH
-- ARGV[1] credential, ARGV[2] idle time in ms, ARGV[3] longest life in ms
-- Returns 1
local session = KEYS[1]
local credential, idleMs, lifeMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', session, 'credential', credential, 'idleMs', idleMs, 'endsAtMs', nowMs + lifeMs)
redis.call('PEXPIRE', session, math.min(idleMs, lifeMs))
return 1
