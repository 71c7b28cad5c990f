-- A guess was checked, or could not be: it is no longer pending, and stays counted only if it was wrong. One whose lease
-- has lapsed meanwhile is counted all the same.
-- KEYS[1] wrong guesses at the user, KEYS[2] pending ones, KEYS[3] wrong guesses by strangers at the peer, KEYS[4] pending
-- ones, KEYS[5] known clients of the user, KEYS[6] locked users of the peer
-- ARGV[1] name of the attempt, ARGV[2] right, wrong or unchecked, ARGV[3] window in ms from the first wrong guess on,
-- ARGV[4] for how many ms a client that was right is known, ARGV[5] name of the client within its user, ARGV[6] clients of
-- a user that are known at most, ARGV[7] limit for the user, ARGV[8] the user, ARGV[9] locked users that are listed at most
-- Returns the ms for which this wrong guess has locked the user; or 0. Each guess counts once, so only one reaches the limit
local userWrong, userPending, peerWrong, peerPending, known = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local locked, userLimit, account, mostLocked = KEYS[6], tonumber(ARGV[7]), ARGV[8], tonumber(ARGV[9])
local name, result, windowMs, knownMs, client = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local mostKnown = tonumber(ARGV[6])

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local function count(wrong)
  if redis.call('INCR', wrong) == 1 then
    redis.call('PEXPIRE', wrong, windowMs)
  end
end

redis.call('ZREM', userPending, name)
redis.call('ZREM', peerPending, name)
if result == 'right' then
  redis.call('ZADD', known, nowMs + knownMs, client)
  redis.call('ZREMRANGEBYRANK', known, 0, -(mostKnown + 1))
  redis.call('PEXPIRE', known, knownMs)
elseif result == 'wrong' then
  count(userWrong)
  if tonumber(redis.call('ZSCORE', known, client) or '0') <= nowMs then
    count(peerWrong)
  end
end
if result ~= 'wrong' or tonumber(redis.call('GET', userWrong)) ~= userLimit then
  return 0
end
local forMs = math.max(1, redis.call('PTTL', userWrong))
redis.call('ZREMRANGEBYSCORE', locked, '-inf', nowMs)
redis.call('ZADD', locked, nowMs + forMs, account)
redis.call('ZREMRANGEBYRANK', locked, 0, -(mostLocked + 1))
redis.call('PEXPIRE', locked, windowMs)
return forMs
