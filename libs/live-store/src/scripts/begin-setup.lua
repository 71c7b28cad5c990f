-- Begins a set-up beside all others. Of one name and address the first ones stay. Where an address is full, the middle one
-- of its list goes: those that were there before a flood stay, and those that come during it have a while.
-- KEYS[1..5] as in setups.lua
-- ARGV[1] name, ARGV[2] address, ARGV[3] their token, ARGV[4] our token, ARGV[5] life in ms,
-- ARGV[6] limit of one name and address, ARGV[7] of one name, ARGV[8] of one address, ARGV[9] of all
-- Returns 1 begun, -1 too many of this name
local BEGUN, TOO_MANY = 1, -1
local name, address, theirToken, ourToken = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local lifeMs, sameLimit, nameLimit = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local addressLimit, limit = tonumber(ARGV[8]), tonumber(ARGV[9])

local function makeRoomAt(crowded)
  local count = tonumber(redis.call('ZSCORE', crowds, crowded) or 0)
  local middle = math.floor(count / 2)
  local found = redis.call('ZRANGEBYLEX', byAddress, '[' .. crowded .. ':', '(' .. crowded .. ';', 'LIMIT', middle, 1)
  if found[1] then
    forget(string.match(found[1], '^[^:]*:%d+:(.*)$'))
  end
end

-- One of those that have most, which one is left to chance: nobody can choose whose set-up goes.
local function mostCrowded(chance)
  local most = redis.call('ZREVRANGE', crowds, 0, 0, 'WITHSCORES')[2]
  local equals = redis.call('ZCOUNT', crowds, most, most)
  return redis.call('ZRANGEBYSCORE', crowds, most, most, 'LIMIT', chance % equals, 1)[1]
end

-- Of one name: a set-up of the address that has most of them, if that has more than one.
local function makeRoomAmong(named)
  local last, count = {}, {}
  local most
  for _, setup in ipairs(named) do
    local from = read(setup) or ''
    last[from], count[from] = setup, (count[from] or 0) + 1
    if not most or count[from] > count[most] then
      most = from
    end
  end
  if count[most] < 2 then
    return false
  end
  forget(last[most])
  return true
end

local nowMs = nowInMs()
local chance = tonumber(redis.call('TIME')[2])
forgetOld(nowMs)
local named = ofName(name)
local same = 0
for _, setup in ipairs(named) do
  if read(setup) == address then
    same = same + 1
  end
end
if same >= sameLimit then
  return TOO_MANY
end
if #named >= nameLimit and (same > 0 or not makeRoomAmong(named)) then
  return TOO_MANY
end
if tonumber(redis.call('ZSCORE', crowds, address) or 0) >= addressLimit then
  makeRoomAt(address)
elseif redis.call('HLEN', begun) >= limit then
  makeRoomAt(mostCrowded(chance))
end
local setup = name .. ':' .. ourToken
local order = string.format('%015d', nowMs)
redis.call('HSET', begun, setup, address .. ':' .. order .. ':' .. theirToken)
redis.call('ZADD', byName, 0, setup)
redis.call('ZADD', byTime, nowMs + lifeMs, setup)
redis.call('ZADD', byAddress, 0, address .. ':' .. order .. ':' .. setup)
redis.call('ZINCRBY', crowds, 1, address)
for i = 1, 5 do
  redis.call('PEXPIRE', KEYS[i], lifeMs)
end
return BEGUN
