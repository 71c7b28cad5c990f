-- Frees a transaction that nothing was done for.
-- KEYS[1] transaction HASH
-- ARGV[1] hash of its content
-- Returns 1 freed, 0 answered, or not claimed for this content
local transaction = KEYS[1]
local contentHash = ARGV[1]

local held = redis.call('HMGET', transaction, 'contentHash', 'answer')
if held[1] ~= contentHash or held[2] then
  return 0
end
redis.call('DEL', transaction)
return 1
