-- Looks at a shard. Where peers are served it says so too: after an outage service time goes on from where it stood, and
-- the outage is added to all deadlines of the shard, once, whoever says it first.
-- KEYS[1] mark, KEYS[2] drift
-- ARGV[1] '1' where peers are served, '0' only to look
-- Returns 0 lost, which has no time; 1 whole; 2 whole, and some of its grants may be unknown to the ledger
local WHOLE, DRIFTING = 1, 2
local mark, drift = KEYS[1], KEYS[2]
local isServing = ARGV[1] == '1'

local serviceMs, nowMs = clock(mark)
if not serviceMs then
  return 0
end
if isServing then
  redis.call('HSET', mark, 'beatMs', nowMs, 'outageMs', nowMs - serviceMs)
end
return redis.call('EXISTS', drift) == 1 and DRIFTING or WHOLE
