-- Ends a session of the console.
-- KEYS[1] session HASH
-- Returns how many there were
return redis.call('DEL', KEYS[1])
