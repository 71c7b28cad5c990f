-- Begins the one set-up of ours with a peer, which now waits for message 2; in place of one that was refused.
-- KEYS[1] HASH of the set-up with the peer
-- ARGV[1] transactionID, ARGV[2] our token, ARGV[3] our session id, ARGV[4] life in ms
-- Returns 1 begun, -1 another is under way
local BEGUN, UNDER_WAY = 1, -1
local setup = KEYS[1]
local transactionID, ourToken, ourID, lifeMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('EXISTS', setup) == 1 and redis.call('HEXISTS', setup, 'refused') == 0 then
  return UNDER_WAY
end
redis.call('DEL', setup)
redis.call('HSET', setup, 'transactionID', transactionID, 'ourToken', ourToken, 'ourID', ourID, 'awaited', 2)
redis.call('PEXPIRE', setup, lifeMs)
return BEGUN
