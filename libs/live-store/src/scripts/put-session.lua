-- Makes a session usable, in place of what was held under its id.
-- KEYS[1] mark, KEYS[2] deadlines, KEYS[3] session HASH, KEYS[4] tombstone
-- ARGV[1] id, ARGV[2] ms until its deadline, ARGV[3] its fields: JSON array of names and values in turn
-- Returns 1 stored, -1 lost, -2 ended: buried, claimed, or past a deadline that its owner may have been told about
local STORED, ENDED = 1, -2
local mark, deadlines, session, tombstone = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, lifeMs, fields = ARGV[1], tonumber(ARGV[2]), cjson.decode(ARGV[3])

local serviceMs, nowMs = clock(mark)
if not serviceMs then
  return LOST
end
if redis.call('EXISTS', tombstone) == 1 then
  return ENDED
end
local state = redis.call('HGET', session, 'state')
if state and (state ~= 'live' or isPast(deadlines, id, serviceMs)) then
  return ENDED
end
-- First what a full server refuses: after a script's first write it refuses nothing more.
redis.call('ZADD', deadlines, serviceMs + lifeMs, id)
redis.call('DEL', session)
redis.call('HSET', session, 'state', 'live', 'usedAtMs', nowMs, unpack(fields))
return STORED
