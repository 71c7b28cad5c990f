-- Unlocks a user at one peer. What is being checked just now stays counted.
-- KEYS[1] wrong guesses at the user
-- ARGV none
-- Returns 1; or 0 if nothing was counted
return redis.call('DEL', KEYS[1])
