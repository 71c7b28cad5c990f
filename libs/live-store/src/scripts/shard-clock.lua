-- Prepended to every script of live sessions (see sessionScript).
-- A shard's mark is a HASH {generation, outageMs, rebuilder, rebuildUntilMs}. Without a generation the store lost what
-- the shard held, and nothing may be concluded from what is not there.
local LOST = -1

-- Returns service time, or nil for a lost shard; then the store's own time. Both in milliseconds. Deadlines are told in
-- service time, which stood still during outages: sessions could not be renewed then.
local function clock(mark)
  local time = redis.call('TIME')
  local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
  local held = redis.call('HMGET', mark, 'generation', 'outageMs')
  if not held[1] then
    return nil, nowMs
  end
  return nowMs - (tonumber(held[2]) or 0), nowMs
end

local function isPast(deadlines, id, serviceMs)
  local deadlineMs = redis.call('ZSCORE', deadlines, id)
  return deadlineMs and tonumber(deadlineMs) < serviceMs
end
