-- Notes that the digest of a set-up was right.
-- KEYS[1] set-up HASH
-- ARGV none
-- Returns 1 noted, -1 forgotten, or its tokens were never taken
local UNKNOWN = -1
local setup = KEYS[1]

if redis.call('HGET', setup, 'state') ~= 'taken' then
  return UNKNOWN
end
redis.call('HSET', setup, 'state', 'verified')
return 1
