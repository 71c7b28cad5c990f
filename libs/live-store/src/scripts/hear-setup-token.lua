-- Adds what a message 2 said to a set-up of ours that still waits for the right message 4.
-- KEYS[1] HASH of the set-up with the peer
-- ARGV[1] transactionID, ARGV[2] token, ARGV[3] name of the peer as it spelt it, ARGV[4] where it came from, ARGV[5] limit
-- Returns 1 heard, -1 unknown, forgotten, too late, heard before, or its address has sent as many as any
local HEARD, NOT_HEARD = 1, -1
local setup = KEYS[1]
local transactionID, token, spelling, address, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])

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
  local last, count, most = {}, {}, nil
  for i, one in ipairs(heard) do
    last[one.address], count[one.address] = i, (count[one.address] or 0) + 1
    if not most or count[one.address] > count[most] then
      most = one.address
    end
  end
  if count[most] <= (count[address] or 0) + 1 then
    return NOT_HEARD
  end
  table.remove(heard, last[most])
end
table.insert(heard, { token = token, spelling = spelling, address = address })
redis.call('HSET', setup, 'awaited', 4, 'heard', cjson.encode(heard))
return HEARD
