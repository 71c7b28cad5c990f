-- Enters an SSP session into the list of its peer; at the limit others make room for it.
-- KEYS[1] SET of the peer's sessions
-- ARGV[1] their id, ARGV[2] limit, ARGV[3...] ids that may lose their place, the first first
-- Returns the ids that lost it; or -1 too many, and nothing changed
local TOO_MANY = -1
local sessions = KEYS[1]
local theirID, limit = ARGV[1], tonumber(ARGV[2])

local surplus = redis.call('SCARD', sessions) + 1 - limit
if redis.call('SISMEMBER', sessions, theirID) == 1 then
  surplus = 0
end
local displaced = {}
for i = 3, #ARGV do
  if #displaced < surplus and redis.call('SISMEMBER', sessions, ARGV[i]) == 1 then
    displaced[#displaced + 1] = ARGV[i]
  end
end
if #displaced < surplus then
  return TOO_MANY
end
for _, id in ipairs(displaced) do
  redis.call('SREM', sessions, id)
end
redis.call('SADD', sessions, theirID)
return displaced
