-- Adds what a message 2 said to a set-up of ours that still waits for the right message 4.
-- KEYS[1] HASH of the set-up with the peer
-- ARGV[1] transactionID, ARGV[2] token, ARGV[3] name of the peer as it spelt it, ARGV[4] limit
-- Returns 1 heard, -1 unknown, forgotten, too late, heard before, or `limit` others were heard
local HEARD, NOT_HEARD = 1, -1
local setup = KEYS[1]
local transactionID, token, spelling, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

local found, awaited, text = unpack(redis.call('HMGET', setup, 'transactionID', 'awaited', 'heard'))
if found ~= transactionID or tonumber(awaited) > 4 then
  return NOT_HEARD
end
local heard = cjson.decode(text or '[]')
for _, one in ipairs(heard) do
  if one.token == token then
    return NOT_HEARD
  end
end
if #heard >= limit then
  return NOT_HEARD
end
table.insert(heard, { token = token, spelling = spelling })
redis.call('HSET', setup, 'awaited', 4, 'heard', cjson.encode(heard))
return HEARD
