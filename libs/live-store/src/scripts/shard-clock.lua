-- Prepended to every script of live sessions (see sessionScript).
-- A shard's mark is a HASH {generation, outageMs, beatMs, rebuilder, rebuildUntilMs}. Without a generation the store
-- lost what the shard held, and nothing may be concluded from what is not there.
local LOST = -1
-- A beat comes each second. Some may be late on a busy machine; more than that and peers could not be served.
local LONGEST_SILENCE_MS = 5000

-- Returns service time, or nil for a lost shard; then the store's own time. Both in milliseconds. Deadlines are told in
-- service time, which stands still during outages: sessions can not be renewed then. One that goes on, or that nobody
-- has ended yet by a beat, is told by the age of the last beat; so is a step of the server's clock, in either direction.
local function clock(mark)
  local time = redis.call('TIME')
  local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
  local held = redis.call('HMGET', mark, 'generation', 'outageMs', 'beatMs')
  if not held[1] then
    return nil, nowMs
  end
  local beatMs = tonumber(held[3] or nowMs)
  local isSilent = math.abs(nowMs - beatMs) > LONGEST_SILENCE_MS
  return (isSilent and beatMs or nowMs) - (tonumber(held[2]) or 0), nowMs
end

local function isPast(deadlines, id, serviceMs)
  local deadlineMs = redis.call('ZSCORE', deadlines, id)
  return deadlineMs and tonumber(deadlineMs) < serviceMs
end
