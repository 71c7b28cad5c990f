-- Enters an SSP session into the list of its peer.
-- KEYS[1] SET of the peer's sessions
-- ARGV[1] their id, ARGV[2] limit
-- Returns 1 entered, -1 too many
local ENTERED, TOO_MANY = 1, -1
local sessions = KEYS[1]
local theirID, limit = ARGV[1], tonumber(ARGV[2])

if redis.call('SISMEMBER', sessions, theirID) == 0 and redis.call('SCARD', sessions) >= limit then
  return TOO_MANY
end
redis.call('SADD', sessions, theirID)
return ENTERED
