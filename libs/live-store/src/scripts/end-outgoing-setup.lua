-- Ends a set-up of ours, however far it came, and never the one that followed it.
-- KEYS[1] HASH of the set-up with the peer
-- ARGV[1] transactionID
-- Returns 1 ended, -1 unknown or forgotten
local UNKNOWN = -1
local setup = KEYS[1]
local transactionID = ARGV[1]

if redis.call('HGET', setup, 'transactionID') ~= transactionID then
  return UNKNOWN
end
redis.call('DEL', setup)
return 1
