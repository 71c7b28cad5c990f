-- Ends a verified set-up, once.
-- KEYS[1] ZSET of the peer's unfinished set-ups, KEYS[2] set-up HASH
-- ARGV[1] name of the set-up
-- Returns 1 finished, -1 unknown, forgotten, not verified or finished before
local UNKNOWN = -1
local unfinished, setup = KEYS[1], KEYS[2]
local name = ARGV[1]

if redis.call('HGET', setup, 'state') ~= 'verified' then
  return UNKNOWN
end
redis.call('DEL', setup)
redis.call('ZREM', unfinished, name)
return 1
