-- Adds one part of a sync. The set is forgotten a lifetime after its first part, and a complete one a lifetime after it
-- became complete: until then its parts are answered as repetitions, and what it listed can be read.
-- KEYS[1] arrivals HASH, KEYS[2] listed SET
-- ARGV[1] life in ms, ARGV[2] part, ARGV[3] parts; then the ids that the part lists
-- Returns {time in ms at which part 1 arrived, how many are listed}; or -1 not complete, or complete before
local INCOMPLETE = -1
local arrivals, listed = KEYS[1], KEYS[2]
local lifeMs, part, parts = ARGV[1], ARGV[2], tonumber(ARGV[3])

if redis.call('HEXISTS', arrivals, 'complete') == 1 then
  return INCOMPLETE
end
local time = redis.call('TIME')
redis.call('HSETNX', arrivals, part, time[1] * 1000 + math.floor(time[2] / 1000))
for i = 4, #ARGV do
  redis.call('SADD', listed, ARGV[i])
end
local arrived = redis.call('HLEN', arrivals)
if arrived == parts then
  redis.call('HSET', arrivals, 'complete', '1')
end
if arrived == 1 or arrived == parts then
  redis.call('PEXPIRE', arrivals, lifeMs)
end
redis.call('PEXPIRE', listed, redis.call('PTTL', arrivals))
if arrived < parts then
  return INCOMPLETE
end
return { tonumber(redis.call('HGET', arrivals, '1')), redis.call('SCARD', listed) }
