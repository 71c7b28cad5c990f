-- Says for one shard that sessions of a peer are over, though a job has still to end them.
-- KEYS[1] shut-out HASH
-- ARGV[1] peer, ARGV[2] job, ARGV[3] JSON {job, keeps}
-- Returns 1 said, 0 a later job has said it
local shutOut = KEYS[1]
local peer, job, said = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local held = redis.call('HGET', shutOut, peer)
if held and tonumber(cjson.decode(held).job) > job then
  return 0
end
redis.call('HSET', shutOut, peer, said)
return 1
