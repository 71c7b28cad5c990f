-- Unlocks a user at one peer. What is being checked just now stays counted.
-- KEYS[1] wrong guesses at the user, KEYS[2] locked users of the peer
-- ARGV[1] the user
-- Returns 1; or 0 if nothing was counted
local userWrong, locked, account = KEYS[1], KEYS[2], ARGV[1]

redis.call('ZREM', locked, account)
return redis.call('DEL', userWrong)
