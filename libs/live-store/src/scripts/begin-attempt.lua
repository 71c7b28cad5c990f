-- Counts a guess as pending before it is checked. What is pending may turn out wrong, so a guess goes ahead only while
-- wrong ones and pending ones together are fewer than the limit; a pending one of a process that died lapses.
-- KEYS[1] wrong guesses at the user, KEYS[2] pending ones, KEYS[3] wrong guesses by strangers at the peer, KEYS[4] pending
-- ones, KEYS[5] that the client is known
-- ARGV[1] limit for the user, ARGV[2] limit for strangers, ARGV[3] name of the attempt, ARGV[4] lease in ms
-- Returns 0 go ahead; 1 wait for those that are pending; or minus the ms until a window ends
local userWrong, userPending, peerWrong, peerPending, known = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local userLimit, peerLimit, name, leaseMs = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local function room(wrong, pending, limit)
  local wrongs = tonumber(redis.call('GET', wrong) or '0')
  if wrongs >= limit then
    return -math.max(1, redis.call('PTTL', wrong))
  end
  redis.call('ZREMRANGEBYSCORE', pending, '-inf', nowMs)
  redis.call('ZREM', pending, name)
  if wrongs + redis.call('ZCARD', pending) >= limit then
    return 1
  end
  return 0
end

local function count(pending)
  redis.call('ZADD', pending, nowMs + leaseMs, name)
  redis.call('PEXPIRE', pending, leaseMs)
end

local answer = room(userWrong, userPending, userLimit)
if answer ~= 0 then
  return answer
end
if redis.call('EXISTS', known) == 0 then
  answer = room(peerWrong, peerPending, peerLimit)
  if answer ~= 0 then
    return answer
  end
  count(peerPending)
end
count(userPending)
return 0
