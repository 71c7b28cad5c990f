-- Takes sessions off the list of drift whose grant is now in the ledger as it is held here. One that holds another grant
-- is listed, whether it was before or not: what was recorded may have replaced something newer.
-- KEYS[1] mark, KEYS[2] drift; then the HASH of each session
-- ARGV: three for each session: id, keep-alive time in s and sapEpoch or '' as they were recorded
-- Returns -1 lost; or the ids that hold another grant
local mark, drift = KEYS[1], KEYS[2]

if not clock(mark) then
  return LOST
end
local others = {}
for i = 1, #KEYS - 2 do
  local id, keepAliveTimeS, sapEpoch = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
  local heldS, heldEpoch = unpack(redis.call('HMGET', KEYS[i + 2], 'keepAliveTimeS', 'sapEpoch'))
  if heldS and (heldS ~= keepAliveTimeS or (heldEpoch or '') ~= sapEpoch) then
    redis.call('SADD', drift, id)
    others[#others + 1] = id
  else
    redis.call('SREM', drift, id)
  end
end
return others
