-- The beginning of both scripts: the time, and the slots of windows.
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local ttl = tonumber(ARGV[2])
local text = function(n) return string.format('%.0f', n) end

-- Months are counted as year*12 + month-1, by the civil calendar.
local function month(days)
  local z = days + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local year, m = yoe + era * 400, mp + 3
  if mp >= 10 then year, m = year + 1, mp - 9 end
  return year * 12 + m - 1
end

local function slotOf(kind)
  if kind == 'day' then return math.floor(now / 86400000), 1, 2 * 86400000 end
  if kind == 'month' then return month(math.floor(now / 86400000)), 1, 62 * 86400000 end
  local width = tonumber(kind)
  -- As long as a call may run on a part of what it wants, its mark stays.
  return math.floor(now / width), 13, math.max(14 * width, ttl)
end

