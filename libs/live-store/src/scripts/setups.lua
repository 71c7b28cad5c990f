-- What the scripts of unfinished set-ups share. A set-up is called `<name>:<our token>`, where <name> stands for peer and
-- transactionID; any number of them may have one name. All five keys are in one slot:
-- KEYS[1] HASH set-up -> `<address>:<order>:<their token>`
-- KEYS[2] ZSET of set-ups, all scores 0: those of one name stand together
-- KEYS[3] ZSET set-up -> time in ms at which it is forgotten
-- KEYS[4] ZSET of `<address>:<order>:<set-up>`, all scores 0: those of one address stand together, the oldest first
-- KEYS[5] ZSET address -> how many it has
local begun, byName, byTime, byAddress, crowds = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

local function nowInMs()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function read(setup)
  local value = redis.call('HGET', begun, setup)
  if not value then
    return nil
  end
  return string.match(value, '^([^:]*):(%d+):(.*)$')
end

local function forget(setup)
  local address, order = read(setup)
  redis.call('ZREM', byTime, setup)
  redis.call('ZREM', byName, setup)
  if not address then
    return
  end
  redis.call('HDEL', begun, setup)
  redis.call('ZREM', byAddress, address .. ':' .. order .. ':' .. setup)
  if tonumber(redis.call('ZINCRBY', crowds, -1, address)) <= 0 then
    redis.call('ZREM', crowds, address)
  end
end

-- A few at a time: each message 1 pays for two that came before it.
local function forgetOld(nowMs)
  for _, setup in ipairs(redis.call('ZRANGEBYSCORE', byTime, '-inf', nowMs, 'LIMIT', 0, 20)) do
    forget(setup)
  end
end

local function ofName(name)
  return redis.call('ZRANGEBYLEX', byName, '[' .. name .. ':', '(' .. name .. ';')
end
