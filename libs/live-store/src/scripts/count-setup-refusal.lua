-- Counts that the peer refused a message 3 of a set-up of ours.
-- KEYS[1] HASH of the set-up with the peer
-- ARGV[1] transactionID
-- Returns 1 it refused as many as were sent, or 0 fewer; -1 unknown or forgotten
local ALL, FEWER, UNKNOWN = 1, 0, -1
local setup = KEYS[1]
local transactionID = ARGV[1]

local found, text = unpack(redis.call('HMGET', setup, 'transactionID', 'heard'))
if found ~= transactionID then
  return UNKNOWN
end
local refusals = redis.call('HINCRBY', setup, 'refusals', 1)
if refusals < #cjson.decode(text or '[]') then
  return FEWER
end
redis.call('HSET', setup, 'refused', 1)
return ALL
