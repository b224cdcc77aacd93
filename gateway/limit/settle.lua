-- Settles a lease once.
-- KEYS: the lease, then the buckets.
-- ARGV: the time in ms or "", the TTL in ms, then for each bucket its kind, the
-- slot and the amount that were reserved, what was used, and 1 if that was only
-- a part of what it wanted.
-- Answers 1, or 0 if the lease was settled before.
local lease = redis.call('GET', KEYS[1])
if lease == 'settled' then return 0 end

-- A lease that is gone or too old counts as used: nothing is given back.
local live = false
if lease then live = now < tonumber(string.sub(lease, 1, string.find(lease, ' ', 1, true) - 1)) end

local seen = {}
for i = 2, #KEYS do
  local at = 3 + (i - 2) * 5
  local slot, reserved, used = ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local current, n, keep = slotOf(ARGV[at])
  if ARGV[at + 4] == '1' and string.match(redis.call('HGET', KEYS[i], 'partial') or '', '^%d+ (.*)') == KEYS[1] then
    redis.call('HDEL', KEYS[i], 'partial')
  end
  if seen[KEYS[i]] then
    -- named twice, charged once
  elseif used > reserved then
    redis.call('HINCRBY', KEYS[i], text(current), text(used - reserved))
    redis.call('PEXPIRE', KEYS[i], text(keep))
  elseif live and used < reserved and current - tonumber(slot) < n then
    -- The server may have lost the charge; then there is nothing to give back.
    local charged = tonumber(redis.call('HGET', KEYS[i], slot) or 0)
    local back = math.min(charged, reserved - used)
    if back > 0 then redis.call('HINCRBY', KEYS[i], slot, text(-back)) end
  end
  seen[KEYS[i]] = true
end
redis.call('SET', KEYS[1], 'settled', 'PX', text(2 * ttl))
return 1
