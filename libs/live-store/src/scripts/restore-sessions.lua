-- Puts back sessions that the shard neither holds nor knows to have ended; also, and above all, while it is lost.
-- KEYS[1] mark, KEYS[2] deadlines; then two for each session: its HASH, its tombstone
-- ARGV: three for each session: id, ms until its deadline, its fields as in put-session.lua
-- Returns how many were put back
local mark, deadlines = KEYS[1], KEYS[2]

local serviceMs, nowMs = clock(mark)
local restored = 0
for i = 1, (#KEYS - 2) / 2 do
  local session, tombstone = KEYS[2 * i + 1], KEYS[2 * i + 2]
  local id, lifeMs, fields = ARGV[3 * i - 2], tonumber(ARGV[3 * i - 1]), ARGV[3 * i]
  if redis.call('EXISTS', session, tombstone) == 0 then
    redis.call('HSET', session, 'state', 'live', 'usedAtMs', nowMs, unpack(cjson.decode(fields)))
    redis.call('ZADD', deadlines, (serviceMs or nowMs) + lifeMs, id)
    restored = restored + 1
  end
end
return restored
