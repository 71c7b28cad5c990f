-- Takes back what a job said by shut-out.lua: it has ended all of those sessions.
-- KEYS[1] shut-out HASH
-- ARGV[1] peer, ARGV[2] job
-- Returns 1 taken back, 0 this job said nothing, or a later one has
local shutOut = KEYS[1]
local peer, job = ARGV[1], ARGV[2]

local held = redis.call('HGET', shutOut, peer)
if not held or cjson.decode(held).job ~= job then
  return 0
end
redis.call('HDEL', shutOut, peer)
return 1
