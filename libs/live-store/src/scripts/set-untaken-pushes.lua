-- Notes how many pushes over an SSP session were not taken in a row, unless its id has become another one's.
-- KEYS[1] session HASH
-- ARGV[1] peer, ARGV[2] our id, ARGV[3] how many
-- Returns 1 noted, 0 unknown, expired or another one's
local session = KEYS[1]
local peer, ourID, untaken = ARGV[1], ARGV[2], ARGV[3]

local held = redis.call('HMGET', session, 'peer', 'ourID')
if held[1] ~= peer or held[2] ~= ourID then
  return 0
end
redis.call('HSET', session, 'untaken', untaken)
return 1
