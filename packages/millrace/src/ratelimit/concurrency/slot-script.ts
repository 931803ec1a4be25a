import { defineRedisScript, type RedisScript } from '../../redis/index.ts';

/*
 * KEYS: one or more sorted sets, each of those who hold a slot of one key, by when that ends, in milliseconds.
 * ARGV: 1 the limit; then for each key what is asked, and whose slot, which ends in how long: `ID/MS`.
 *   hold  has or gets a slot, when it has one already or fewer than the limit are held
 *   join  has or gets one whatever the limit is: it was given while Redis could not be asked
 *   drop  has none any more
 *
 * Answers for each key, one after the other: 1 when it is so, 0 when it is not; and how many are held.
 *
 * Time is that of Redis. A slot ends later than its own term from now only after that has stepped back: then it ends after
 * its term.
 */
export const SLOT_SCRIPT: RedisScript = defineRedisScript(`
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local limit, call, answers = tonumber(ARGV[1]), redis.call, {}
local function text(number) return string.format('%.0f', number) end
local function termOf(slot) return tonumber(string.match(slot, '%d+$')) end
local function mend(key)
  local held = call('ZRANGE', key, 0, -1, 'WITHSCORES')
  for at = 1, #held, 2 do
    local latest = now + termOf(held[at])
    if tonumber(held[at + 1]) > latest then call('ZADD', key, text(latest), held[at]) end
  end
end
local function sweep(key, term)
  call('ZREMRANGEBYSCORE', key, '-inf', text(now))
  local last = call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
  if last and tonumber(last) > now + term then mend(key) end
end
local function hold(key, slot, anyway)
  local term = termOf(slot)
  sweep(key, term)
  if not anyway and call('ZCARD', key) >= limit and not call('ZSCORE', key, slot) then return 0 end
  call('ZADD', key, text(now + term), slot)
  if call('PTTL', key) < term then call('PEXPIRE', key, text(term)) end
  return 1
end
for at, key in ipairs(KEYS) do
  local what, slot, done = ARGV[2 * at], ARGV[2 * at + 1], 1
  if what == 'drop' then call('ZREM', key, slot) else done = hold(key, slot, what == 'join') end
  answers[2 * at - 1], answers[2 * at] = done, call('ZCARD', key)
end
return answers
`);
