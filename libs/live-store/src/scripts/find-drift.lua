-- Ids whose keep-alive time or epoch the ledger may not know; they stay listed until settle-drift.lua takes them off.
-- KEYS[1] mark, KEYS[2] drift
-- ARGV[1] limit
-- Returns -1 lost; or ids
local mark, drift = KEYS[1], KEYS[2]
local limit = ARGV[1]

if not clock(mark) then
  return LOST
end
return redis.call('SRANDMEMBER', drift, limit)
