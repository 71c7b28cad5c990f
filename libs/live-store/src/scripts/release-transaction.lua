-- Frees a transaction that nothing was done for, if the claim still stands.
-- KEYS[1] transaction HASH
-- ARGV[1] owner of the claim
-- Returns 1 freed, 0 the transaction has an answer or another owner, or is free already
local transaction = KEYS[1]
local owner = ARGV[1]

local heldOwner, answer = unpack(redis.call('HMGET', transaction, 'owner', 'answer'))
if heldOwner ~= owner or answer then
  return 0
end
redis.call('DEL', transaction)
return 1
