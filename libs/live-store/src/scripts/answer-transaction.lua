-- Keeps the answer to a transaction: the first one, should a holder whose lease was over come late with another. One
-- whose claim has lapsed unnoticed is kept, since what it answers was done.
-- KEYS[1] transaction HASH
-- ARGV[1] hash of its content, ARGV[2] answer, ARGV[3] how long to keep it in ms
-- Returns 1 kept, 0 answered before, -2 claimed for other content
local KEPT, ANSWERED, OTHER_CONTENT = 1, 0, -2
local transaction = KEYS[1]
local contentHash, answer, keepMs = ARGV[1], ARGV[2], ARGV[3]

local held = redis.call('HMGET', transaction, 'contentHash', 'answer')
if held[1] and held[1] ~= contentHash then
  return OTHER_CONTENT
end
if held[2] then
  return ANSWERED
end
redis.call('HSET', transaction, 'contentHash', contentHash, 'answer', answer)
redis.call('PEXPIRE', transaction, keepMs)
return KEPT
