-- Takes an answer that a set-up of ours waits for, once; from then on it waits for the next one.
-- KEYS[1] HASH of the set-up with the peer
-- ARGV[1] transactionID, ARGV[2] number of the answer
-- Returns 1 taken, -1 unknown, forgotten, or another answer is waited for
local TAKEN, UNKNOWN = 1, -1
local setup = KEYS[1]
local transactionID, answer = ARGV[1], ARGV[2]

local found, awaited = unpack(redis.call('HMGET', setup, 'transactionID', 'awaited'))
if found ~= transactionID or awaited ~= answer then
  return UNKNOWN
end
redis.call('HINCRBY', setup, 'awaited', 2)
return TAKEN
