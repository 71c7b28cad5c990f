-- Keeps the answer to a transaction, if the claim still stands. Where the claim has lapsed and no other began since, the
-- answer is kept too, since what it answers was done.
-- KEYS[1] transaction HASH
-- ARGV[1] hash of its content, ARGV[2] owner of the claim, ARGV[3] answer, ARGV[4] how long to keep it in ms
-- Returns 1 kept, 0 the transaction has an answer or another owner
local KEPT, LOST = 1, 0
local transaction = KEYS[1]
local contentHash, owner, answer, keepMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local heldHash, heldOwner, heldAnswer =
  unpack(redis.call('HMGET', transaction, 'contentHash', 'owner', 'answer'))
if heldHash and (heldOwner ~= owner or heldAnswer) then
  return LOST
end
redis.call('HSET', transaction, 'contentHash', contentHash, 'owner', owner, 'answer', answer)
redis.call('PEXPIRE', transaction, keepMs)
return KEPT
