-- Forgets an SSP session, unless its id has become another one's.
-- KEYS[1] session HASH
-- ARGV[1] peer, ARGV[2] our id, or '' whichever it is
-- Returns 1 forgotten or not there, 0 another one's
local session = KEYS[1]
local peer, ourID = ARGV[1], ARGV[2]

local held = redis.call('HMGET', session, 'peer', 'ourID')
if held[1] and (held[1] ~= peer or (ourID ~= '' and held[2] ~= ourID)) then
  return 0
end
redis.call('DEL', session)
return 1
