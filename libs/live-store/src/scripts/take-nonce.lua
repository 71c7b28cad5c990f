-- Uses a nonce up; the transaction that used it gets it again. A wrong binding leaves it as it is, or whoever sees a
-- nonce could spoil the login that it belongs to.
-- KEYS[1] nonce HASH
-- ARGV[1] hash of the binding, ARGV[2] transactionID
-- Returns the digest schema; or -1 unknown, expired or of another binding, -2 used by another transaction
local UNKNOWN, USED = -1, -2
local nonce = KEYS[1]
local binding, transactionID = ARGV[1], ARGV[2]

local schema, boundTo, usedBy = unpack(redis.call('HMGET', nonce, 'schema', 'binding', 'usedBy'))
if not schema or boundTo ~= binding then
  return UNKNOWN
end
if usedBy and usedBy ~= transactionID then
  return USED
end
redis.call('HSET', nonce, 'usedBy', transactionID)
return schema
