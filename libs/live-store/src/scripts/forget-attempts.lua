-- Unlocks a user at one peer.
-- KEYS[1] counter
-- ARGV none
-- Returns 1; or 0 if nothing was counted
return redis.call('DEL', KEYS[1])
