-- When sessions of one shard were used last, and when they will expire.
-- KEYS[1] mark, KEYS[2] deadlines; then the HASH of each session
-- ARGV the id of each session
-- Returns -1 lost; or for each session in turn both times in ms since 1970, '' and '' for one that is gone or is ending
local mark, deadlines = KEYS[1], KEYS[2]

local serviceMs, nowMs = clock(mark)
if not serviceMs then
  return LOST
end
local times = {}
for i = 1, #ARGV do
  local usedAtMs, state = unpack(redis.call('HMGET', KEYS[i + 2], 'usedAtMs', 'state'))
  local deadlineMs = redis.call('ZSCORE', deadlines, ARGV[i])
  local isLive = usedAtMs and deadlineMs and state == 'live'
  times[2 * i - 1] = isLive and usedAtMs or ''
  times[2 * i] = isLive and string.format('%.0f', deadlineMs - serviceMs + nowMs) or ''
end
return times
