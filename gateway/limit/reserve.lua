-- Reserves from all buckets or from none.
-- KEYS: the lease, then the buckets.
-- ARGV: the time in ms or "", the TTL in ms, then for each bucket its kind
-- (width of a slot in ms, or "day", "month"), limit, want and least.
-- Answers "ok" or "no", the time, then for each bucket what is left, its slot,
-- and what was taken or the ms until the least fits; -1 says that it fits, but
-- that another lease has a part already.
-- A bucket's field "partial" is the last lease that got a part of what it wanted:
-- until when it counts, and its key.
local before = redis.call('GET', KEYS[1])
if before == 'settled' then return before end
if before then return string.sub(before, string.find(before, ' ', 1, true) + 1) end

-- Slots in the future are there when the server's clock went back; they count
-- for as long as a window is.
local function read(key, slot, n)
  local sum, slots, busy = 0, {}, false
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local s, v = tonumber(all[i]), tonumber(all[i + 1])
    if all[i] == 'partial' then
      local till = tonumber(string.match(all[i + 1], '^%d+'))
      busy = now < till and till <= now + 2 * ttl
    elseif s > slot - n and s <= slot + n then
      sum = sum + v
      slots[#slots + 1] = {s, v}
    else
      redis.call('HDEL', key, all[i])
    end
  end
  return sum, slots, busy
end

local function frees(slots, need, width)
  table.sort(slots, function(a, b) return a[1] < b[1] end)
  for _, s in ipairs(slots) do
    need = need - s[2]
    if need <= 0 then return (s[1] + 13) * width - now end
  end
  return 13 * width
end

local buckets, taken, fits = {}, {}, true
for i = 2, #KEYS do
  local at = 3 + (i - 2) * 4
  local kind, limit = ARGV[at], tonumber(ARGV[at + 1])
  local want, least = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local slot, n, keep = slotOf(kind)
  local sum, slots, busy = read(KEYS[i], slot, n)
  local b = {slot = slot, keep = keep, want = want, left = limit - sum, wait = 0}
  if least > b.left then
    fits = false
    if n > 1 then b.wait = frees(slots, least - b.left, tonumber(kind)) end
  elseif want > b.left and busy then
    fits = false
    b.wait = -1
  end
  taken[KEYS[i]] = math.min(taken[KEYS[i]] or want, b.left)
  buckets[i] = b
end

local seen = {}
for i = 2, #KEYS do
  local b, key = buckets[i], KEYS[i]
  if fits then
    if not seen[key] then
      redis.call('HINCRBY', key, text(b.slot), text(taken[key]))
      if taken[key] < b.want then redis.call('HSET', key, 'partial', text(now + ttl) .. ' ' .. KEYS[1]) end
      redis.call('PEXPIRE', key, text(b.keep))
      seen[key] = true
    end
    b.left = b.left - taken[key]
    b.wait = taken[key]
  end
end

local out = {fits and 'ok' or 'no', text(now)}
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
