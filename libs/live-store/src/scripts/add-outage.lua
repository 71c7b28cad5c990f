-- Moves all deadlines of a shard further away, however many, by letting its service time fall behind.
-- KEYS[1] mark
-- ARGV[1] outage in ms
-- Returns 1, or -1 lost
local mark = KEYS[1]
local outageMs = ARGV[1]

if not clock(mark) then
  return LOST
end
redis.call('HINCRBY', mark, 'outageMs', outageMs)
return 1
