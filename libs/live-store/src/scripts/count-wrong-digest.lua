-- Counts a wrong digest of an address; the count begins anew a lifetime after its first one.
-- KEYS[1] STRING counter of the address
-- ARGV[1] life in ms
-- Returns how many there were, this one included
local counter = KEYS[1]

local count = redis.call('INCR', counter)
if count == 1 then
  redis.call('PEXPIRE', counter, ARGV[1])
end
return count
