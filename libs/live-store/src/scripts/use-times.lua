-- When sessions of one shard were last used, and when they expire.
-- KEYS[1] mark, KEYS[2] deadlines; then the HASH of each session
-- ARGV the id of each session
-- Returns -1 lost; or for each session {time of its last use, ms until its deadline}, with -1 for what is not held
local mark, deadlines = KEYS[1], KEYS[2]
local serviceMs, nowMs = clock(mark)
if not serviceMs then
  return LOST
end
local times = {}
for i, id in ipairs(ARGV) do
  local usedAtMs = redis.call('HGET', KEYS[i + 2], 'usedAtMs')
  local deadlineMs = redis.call('ZSCORE', deadlines, id)
  if usedAtMs and deadlineMs then
    times[i] = { tonumber(usedAtMs), nowMs + tonumber(deadlineMs) - serviceMs }
  else
    times[i] = { -1, -1 }
  end
end
return times
