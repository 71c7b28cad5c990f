-- The tokens of a set-up, once; from then on they are nowhere.
-- KEYS[1] set-up HASH
-- ARGV none
-- Returns {their token, our token}; or -1 unknown, forgotten or taken
local UNKNOWN = -1
local setup = KEYS[1]

local state, theirToken, ourToken = unpack(redis.call('HMGET', setup, 'state', 'theirToken', 'ourToken'))
if state ~= 'begun' then
  return UNKNOWN
end
redis.call('HSET', setup, 'state', 'taken')
redis.call('HDEL', setup, 'theirToken', 'ourToken')
return { theirToken, ourToken }
