-- What drifted, as it stands now.
-- KEYS[1] mark; then the HASH of each session
-- ARGV none
-- Returns -1 lost; or keep-alive time in s and sapEpoch or '' in turn for each session, '' and '' for one that is gone
local mark = KEYS[1]

if not clock(mark) then
  return LOST
end
local values = {}
for i = 2, #KEYS do
  local keepAliveTimeS, sapEpoch = unpack(redis.call('HMGET', KEYS[i], 'keepAliveTimeS', 'sapEpoch'))
  values[#values + 1] = keepAliveTimeS or ''
  values[#values + 1] = sapEpoch or ''
end
return values
