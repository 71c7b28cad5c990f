-- Gives a transaction to the first who claims it, until it is answered, released or its lease is over.
-- KEYS[1] transaction HASH
-- ARGV[1] hash of its content, ARGV[2] lease in ms
-- Returns 1 claimed, the answer given before, -1 in process, -2 other content
local CLAIMED, IN_PROCESS, OTHER_CONTENT = 1, -1, -2
local transaction = KEYS[1]
local contentHash, leaseMs = ARGV[1], ARGV[2]

local heldHash, answer = unpack(redis.call('HMGET', transaction, 'contentHash', 'answer'))
if not heldHash then
  redis.call('HSET', transaction, 'contentHash', contentHash)
  redis.call('PEXPIRE', transaction, leaseMs)
  return CLAIMED
end
if heldHash ~= contentHash then
  return OTHER_CONTENT
end
return answer or IN_PROCESS
