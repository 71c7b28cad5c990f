-- The set-ups of one name that wait for message 3, those of the same address first.
-- KEYS[1..5] as in setups.lua
-- ARGV[1] name, ARGV[2] address
-- Returns {their token, our token, their token, our token, ...}
local name, address = ARGV[1], ARGV[2]

local nowMs = nowInMs()
local near, far = {}, {}
for _, setup in ipairs(ofName(name)) do
  local from, _, theirToken = read(setup)
  if from and tonumber(redis.call('ZSCORE', byTime, setup)) > nowMs then
    local list = from == address and near or far
    table.insert(list, theirToken)
    table.insert(list, string.sub(setup, #name + 2))
  end
end
for _, token in ipairs(far) do
  table.insert(near, token)
end
return near
