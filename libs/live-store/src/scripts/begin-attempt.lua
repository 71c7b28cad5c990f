-- Counts a guess as pending before it is checked. What is pending may turn out wrong, so a guess goes ahead only while
-- wrong ones and pending ones together are fewer than the limit; a pending one of a process that died lapses.
-- Over the limit of the peer a stranger's client is slowed to a rate. Its first try is told when to come again; a client
-- that does come again gets a slot, and goes ahead at the time of its slot. A spray that never comes again takes no slot.
-- KEYS[1] wrong guesses at the user, KEYS[2] pending ones, KEYS[3] wrong guesses by strangers at the peer, KEYS[4] pending
-- ones, KEYS[5] known clients of the user, KEYS[6] strangers that were told to come again, KEYS[7] strangers with a slot;
-- and, if the attempt has one, KEYS[8] nonce HASH
-- ARGV[1] limit for the user, ARGV[2] limit for strangers, ARGV[3] name of the attempt, ARGV[4] lease in ms, ARGV[5] name
-- of the client within its user, ARGV[6] name of user and client, ARGV[7] ms between two slots, ARGV[8] ms until a stranger
-- may come again, ARGV[9] ms for which a slot is kept, and for which a stranger may be late, ARGV[10] ms for which slots
-- are given in advance, ARGV[11] strangers that are remembered at most, ARGV[12] hash of the binding of a nonce
-- Uses the nonce of an attempt that goes ahead up; the transaction that used it gets it again. A wrong binding leaves it
-- as it is. Otherwise a stranger that sees a nonce could spoil the login that it belongs to.
-- Returns the digest schema of the nonce: go ahead; 0 go ahead without a good nonce; 1 wait for those that are pending;
-- {ms until the user may try again} where the user is locked; or minus the ms after which a stranger may come again
local userWrong, userPending, peerWrong, peerPending, known = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local waiting, slots, nonce = KEYS[6], KEYS[7], KEYS[8]
local userLimit, peerLimit, name, leaseMs = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local client, stranger = ARGV[5], ARGV[6]
local slotMs, comeAgainMs, keptMs = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local horizonMs, mostWaiting, binding = tonumber(ARGV[10]), tonumber(ARGV[11]), ARGV[12]
-- No stranger is called so: their names are hashes.
local NEXT = 'next'

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local function pendingRoom(wrongs, pending, limit)
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

local function comeAgain(inMs)
  redis.call('ZADD', waiting, nowMs + inMs, stranger)
  redis.call('ZREMRANGEBYRANK', waiting, 0, -(mostWaiting + 1))
  redis.call('PEXPIRE', waiting, inMs + keptMs)
  return -inMs
end

local function takeSlot(atMs)
  redis.call('ZREM', waiting, stranger)
  redis.call('ZADD', slots, atMs + slotMs, NEXT)
  if atMs > nowMs then
    redis.call('ZADD', slots, atMs, stranger)
  end
  redis.call('PEXPIRE', slots, atMs + slotMs - nowMs + keptMs)
  return math.min(0, nowMs - atMs)
end

local function slowed()
  redis.call('ZREMRANGEBYSCORE', slots, '-inf', nowMs - keptMs)
  redis.call('ZREMRANGEBYSCORE', waiting, '-inf', nowMs - keptMs)
  local slotAtMs = redis.call('ZSCORE', slots, stranger)
  if slotAtMs then
    if tonumber(slotAtMs) > nowMs then
      return nowMs - tonumber(slotAtMs)
    end
    redis.call('ZREM', slots, stranger)
    return 0
  end
  local readyAtMs = redis.call('ZSCORE', waiting, stranger)
  if not readyAtMs then
    return comeAgain(comeAgainMs)
  end
  if tonumber(readyAtMs) > nowMs then
    return nowMs - tonumber(readyAtMs)
  end
  local freeAtMs = math.max(nowMs, tonumber(redis.call('ZSCORE', slots, NEXT) or '0'))
  if freeAtMs - nowMs > horizonMs then
    return comeAgain(comeAgainMs)
  end
  return takeSlot(freeAtMs)
end

local function peerRoom()
  local wrongs = tonumber(redis.call('GET', peerWrong) or '0')
  if wrongs < peerLimit then
    return pendingRoom(wrongs, peerPending, peerLimit)
  end
  -- The same attempt, begun again after a crash, has had its slot.
  if tonumber(redis.call('ZSCORE', peerPending, name) or '0') > nowMs then
    return 0
  end
  return slowed()
end

local function takeNonce()
  local schema, boundTo, usedBy = unpack(redis.call('HMGET', nonce, 'schema', 'binding', 'usedBy'))
  if not schema or boundTo ~= binding or (usedBy and usedBy ~= name) then
    return 0
  end
  redis.call('HSET', nonce, 'usedBy', name)
  return schema
end

local wrongs = tonumber(redis.call('GET', userWrong) or '0')
if wrongs >= userLimit then
  return { math.max(1, redis.call('PTTL', userWrong)) }
end
local answer = pendingRoom(wrongs, userPending, userLimit)
if answer ~= 0 then
  return answer
end
if tonumber(redis.call('ZSCORE', known, client) or '0') <= nowMs then
  answer = peerRoom()
  if answer ~= 0 then
    return answer
  end
  count(peerPending)
end
count(userPending)
return nonce and takeNonce() or 0
