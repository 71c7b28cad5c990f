-- The set-up that waits for this answer, once; from then on it waits for the next one.
-- KEYS[1] HASH of the set-up with the peer
-- ARGV[1] transactionID, ARGV[2] number of the answer
-- Returns {our token, our session id}; or -1 unknown, forgotten, or another answer is waited for
local UNKNOWN = -1
local setup = KEYS[1]
local transactionID, answer = ARGV[1], ARGV[2]

local found, ourToken, ourID, awaited = unpack(redis.call('HMGET', setup, 'transactionID', 'ourToken', 'ourID', 'awaited'))
if found ~= transactionID or awaited ~= answer then
  return UNKNOWN
end
redis.call('HINCRBY', setup, 'awaited', 2)
return { ourToken, ourID }
