-- A guess was checked, or could not be: it is no longer pending, and stays counted only if it was wrong. One whose lease
-- has lapsed meanwhile is counted all the same.
-- KEYS as in begin-attempt.lua
-- ARGV[1] name of the attempt, ARGV[2] right, wrong or unchecked, ARGV[3] window in ms from the first wrong guess on,
-- ARGV[4] for how many ms a client that was right is known
-- Returns the wrong guesses at the user
local userWrong, userPending, peerWrong, peerPending, known = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local name, result, windowMs, knownMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local function count(wrong)
  if redis.call('INCR', wrong) == 1 then
    redis.call('PEXPIRE', wrong, windowMs)
  end
end

redis.call('ZREM', userPending, name)
redis.call('ZREM', peerPending, name)
if result == 'right' then
  redis.call('SET', known, '1', 'PX', knownMs)
elseif result == 'wrong' then
  count(userWrong)
  if redis.call('EXISTS', known) == 0 then
    count(peerWrong)
  end
end
return tonumber(redis.call('GET', userWrong) or '0')
