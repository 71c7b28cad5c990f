-- Says at whom to look when message 5 of a transaction comes; the truth is in each set-up.
-- KEYS[1] SET of peers
-- ARGV[1] peer, ARGV[2] life in ms
-- Returns 1
local peers = KEYS[1]
local peer, lifeMs = ARGV[1], ARGV[2]

redis.call('SADD', peers, peer)
redis.call('PEXPIRE', peers, lifeMs)
return 1
