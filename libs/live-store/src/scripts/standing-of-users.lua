-- Of users at one peer, what wrong guesses are counted.
-- KEYS wrong guesses at each user
-- ARGV none
-- Returns for each user in turn the count, and the ms until it is forgotten
local standing = {}
for i, userWrong in ipairs(KEYS) do
  standing[2 * i - 1] = tonumber(redis.call('GET', userWrong) or '0')
  standing[2 * i] = math.max(0, redis.call('PTTL', userWrong))
end
return standing
