-- Prolongs sessions of one shard, or only looks at them.
-- KEYS[1] mark, KEYS[2] deadlines, KEYS[3] drift, KEYS[4] shut-out; then two for each session: its HASH, its tombstone
-- ARGV[1] '1' to prolong, '0' to look; ARGV[2] grace in ms; ARGV[3] peer that asks; ARGV[4] account or ''; ARGV[5] hash
--   of the client or ''; ARGV[6] sapEpoch or ''; then two for each session: id, new keep-alive time in s or ''
-- Returns -1 lost; or for each session the cause of its end, -2 unknown, -3 mismatch, or {keepAliveTimeS, cspVersion},
--   with sapEpoch or '' as a third where the ledger may not know the grant
local UNKNOWN, MISMATCH = -2, -3
local mark, deadlines, drift, shutOut = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local prolong, graceMs = ARGV[1] == '1', tonumber(ARGV[2])
local caller = { peer = ARGV[3], account = ARGV[4], client = ARGV[5] }
local newEpoch = ARGV[6]

local serviceMs, nowMs = clock(mark)
if not serviceMs then
  return LOST
end
local hasDrift = redis.call('EXISTS', drift) == 1

-- The domains that sessions of this peer still live in, or nil: in all.
local keptDomains
local shut = redis.call('HGET', shutOut, caller.peer)
if shut then
  keptDomains = {}
  for _, domain in ipairs(cjson.decode(shut).keeps) do
    keptDomains[domain] = true
  end
end

local function causeOnTombstone(tombstone)
  local cause, owner = string.match(redis.call('GET', tombstone) or '', '^([^|]+)|(.+)$')
  return owner == caller.peer and cause or UNKNOWN
end

local function renew(session, tombstone, id, wantedS)
  local peer, account, client, state, oldS, cspVersion, oldEpoch = unpack(redis.call('HMGET', session,
    'peer', 'account', 'client', 'state', 'keepAliveTimeS', 'cspVersion', 'sapEpoch'))
  if not peer then
    return causeOnTombstone(tombstone)
  end
  if peer ~= caller.peer then
    return UNKNOWN
  end
  if (caller.account ~= '' and caller.account ~= account) or (caller.client ~= '' and caller.client ~= client) then
    return MISMATCH
  end
  if state ~= 'live' then
    return state
  end
  if keptDomains and not keptDomains[string.match(account, '@([^@]*)$')] then
    return 'agreement-ended'
  end
  if isPast(deadlines, id, serviceMs) then
    return 'expired'
  end
  if not prolong then
    return { tonumber(oldS), cspVersion }
  end

  local keepAliveTimeS = wantedS == '' and oldS or wantedS
  local sapEpoch = oldEpoch
  if newEpoch ~= '' then
    sapEpoch = newEpoch
  end
  redis.call('HSET', session, 'usedAtMs', nowMs)
  redis.call('ZADD', deadlines, serviceMs + keepAliveTimeS * 1000 + graceMs, id)
  if keepAliveTimeS ~= oldS or sapEpoch ~= oldEpoch then
    redis.call('HSET', session, 'keepAliveTimeS', keepAliveTimeS)
    if sapEpoch then
      redis.call('HSET', session, 'sapEpoch', sapEpoch)
    end
    redis.call('SADD', drift, id)
    hasDrift = true
  elseif not hasDrift or redis.call('SISMEMBER', drift, id) == 0 then
    return { tonumber(keepAliveTimeS), cspVersion }
  end
  return { tonumber(keepAliveTimeS), cspVersion, sapEpoch or '' }
end

local outcomes = {}
for i = 1, (#KEYS - 4) / 2 do
  outcomes[i] = renew(KEYS[2 * i + 3], KEYS[2 * i + 4], ARGV[2 * i + 5], ARGV[2 * i + 6])
end
return outcomes
