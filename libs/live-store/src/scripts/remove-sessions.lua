-- Forgets ended sessions of one shard and leaves a tombstone for each; one that is there already stays as it is.
-- KEYS[1] mark, KEYS[2] deadlines, KEYS[3] drift; then three for each session: its HASH, its tombstone, its
--   reservation
-- ARGV[1] life of a tombstone in s; then three for each session: id, peer, cause
-- Returns -1 lost; or the ids that are still reserved
local mark, deadlines, drift = KEYS[1], KEYS[2], KEYS[3]
local tombstoneS = ARGV[1]

if not clock(mark) then
  return LOST
end
local reserved = {}
for i = 1, (#KEYS - 3) / 3 do
  local session, tombstone, reservation = KEYS[3 * i + 1], KEYS[3 * i + 2], KEYS[3 * i + 3]
  local id, peer, cause = ARGV[3 * i - 1], ARGV[3 * i], ARGV[3 * i + 1]
  redis.call('DEL', session)
  redis.call('ZREM', deadlines, id)
  redis.call('SREM', drift, id)
  redis.call('SET', tombstone, cause .. '|' .. peer, 'EX', tombstoneS, 'NX')
  if redis.call('EXISTS', reservation) == 1 then
    reserved[#reserved + 1] = id
  end
end
return reserved
