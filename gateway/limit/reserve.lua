-- Reserves from all buckets or from none.
-- KEYS: the lease, then the buckets.
-- ARGV: the time in ms or "", the TTL in ms, then for each bucket its kind
-- (width of a slot in ms, or "day", "month"), limit, unit, want and least.
-- Answers "ok" or "no", the time, tokens and cost (-1 if none is limited), then
-- for each bucket what is left, its slot, and the ms until the least fits.
local before = redis.call('GET', KEYS[1])
if before == 'settled' then return before end
if before then return string.sub(before, string.find(before, ' ', 1, true) + 1) end

-- Slots in the future are there when the server's clock went back; they count
-- for as long as a window is.
local function read(key, slot, n)
  local sum, slots = 0, {}
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local s, v = tonumber(all[i]), tonumber(all[i + 1])
    if s > slot - n and s <= slot + n then
      sum = sum + v
      slots[#slots + 1] = {s, v}
    else
      redis.call('HDEL', key, all[i])
    end
  end
  return sum, slots
end

local function frees(slots, need, width)
  table.sort(slots, function(a, b) return a[1] < b[1] end)
  for _, s in ipairs(slots) do
    need = need - s[2]
    if need <= 0 then return (s[1] + 13) * width - now end
  end
  return 13 * width
end

local buckets, granted, fits = {}, {}, true
for i = 2, #KEYS do
  local at = 3 + (i - 2) * 5
  local kind, limit, unit = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
  local want, least = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  local slot, n, keep = slotOf(kind)
  local sum, slots = read(KEYS[i], slot, n)
  local b = {slot = slot, keep = keep, unit = unit, left = limit - sum, wait = 0}
  if least > b.left then
    fits = false
    if n > 1 then b.wait = frees(slots, least - b.left, tonumber(kind)) end
  end
  granted[unit] = math.min(granted[unit] or want, b.left)
  buckets[i] = b
end

local seen = {}
for i = 2, #KEYS do
  local b = buckets[i]
  if fits then
    if not seen[KEYS[i]] then
      redis.call('HINCRBY', KEYS[i], text(b.slot), text(granted[b.unit]))
      redis.call('PEXPIRE', KEYS[i], text(b.keep))
      seen[KEYS[i]] = true
    end
    b.left = b.left - granted[b.unit]
  end
end

local out = {fits and 'ok' or 'no', text(now), text(granted['1'] or -1), text(granted['2'] or -1)}
for i = 2, #KEYS do
  local b = buckets[i]
  out[#out + 1] = text(b.left)
  out[#out + 1] = text(b.slot)
  out[#out + 1] = text(b.wait)
end
local answer = table.concat(out, ' ')
if fits then
  redis.call('SET', KEYS[1], text(now + ttl) .. ' ' .. answer, 'PX', text(2 * ttl))
end
return answer
