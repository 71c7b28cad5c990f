-- Gives a transaction to the first who claims it, until it is answered, released or its lease is over. The owner of a
-- claim is named by the time of the claim: two claims of one transaction never have the same one.
-- KEYS[1] transaction HASH
-- ARGV[1] hash of its content, ARGV[2] lease in ms
-- Returns {owner} claimed, the answer given before, -1 in process, -2 other content
local IN_PROCESS, OTHER_CONTENT = -1, -2
local transaction = KEYS[1]
local contentHash, leaseMs = ARGV[1], ARGV[2]

local heldHash, answer = unpack(redis.call('HMGET', transaction, 'contentHash', 'answer'))
if not heldHash then
  local time = redis.call('TIME')
  local owner = time[1] .. '.' .. time[2]
  redis.call('HSET', transaction, 'contentHash', contentHash, 'owner', owner)
  redis.call('PEXPIRE', transaction, leaseMs)
  return { owner }
end
if heldHash ~= contentHash then
  return OTHER_CONTENT
end
return answer or IN_PROCESS
