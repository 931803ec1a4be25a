import { defineRedisScript, type RedisScript } from '../../redis/index.ts';
import { GCRA_SCRIPT } from './gcra-script.ts';
import { EXACT_LOG_SCRIPT, FIXED_WINDOW_SCRIPT, SLIDING_COUNTER_SCRIPT } from './window-scripts.ts';

/*
 * KEYS: one or more hashes, each of which holds what one subject owes, a field a rule. It expires at the end of the second in
 * which nothing is owed any more: so the expiry, which is as dear as all the rest, is seldom set anew.
 * ARGV: 1 `check` (count by all rules when it fits all), `look` (count nothing), `add` (count whether it fits or not) or
 * `back SINCE USED RULE BEFORE` (give back what was counted at that time beside so many units that have been used; a rule owed
 * so many ticks at least before that, the others nothing; 0: none is known); 2 the number of rules, for each rule: field, meter,
 * limit, window in ticks, burst; then the cost for each key.
 *
 * Answers for each key, one after the other: the number of the rule that says no for longest, else of the one with the fewest
 * units left; the ticks to wait, 0 when it fits, -1 when it never will; the units left of that rule; and the ticks until
 * nothing is owed to it. Last, once, the time.
 *
 * What is none of ours, at a key or in a field, goes: it would have everybody's questions of one call fail.
 *
 * Time is that of Redis, in ticks since 2026, so that it is exact in a double. Functions stand in for the meters of memory.
 */
export const RATE_SCRIPT: RedisScript = defineRedisScript(`
local meters = {}
local function whole(text)
  local number = tonumber(text)
  if number and number >= 0 and number < 9007199254740992 then return math.floor(number) end
end
${GCRA_SCRIPT}${SLIDING_COUNTER_SCRIPT}${EXACT_LOG_SCRIPT}${FIXED_WINDOW_SCRIPT}
local clock = redis.call('TIME')
local now = (clock[1] - 1767225600) * 16000000 + clock[2] * 16
local words = {}
for word in string.gmatch(ARGV[1], '%S+') do words[#words + 1] = tonumber(word) or word end
local what, since, used, owing, owed = unpack(words)
local count, fields, rules = tonumber(ARGV[2]), {}, {}
for at = 1, count do
  local first = 5 * at - 2
  local limit, window, burst = tonumber(ARGV[first + 2]), tonumber(ARGV[first + 3]), tonumber(ARGV[first + 4])
  fields[at], rules[at] = ARGV[first], meters[ARGV[first + 1]](now, limit, window, burst)
end
local call, floor, huge, stored, written = redis.call, math.floor, math.huge, {}, {}
local function read(key)
  local pcall = redis.pcall
  if count > 1 then stored = pcall('HMGET', key, unpack(fields)) else stored[1] = pcall('HGET', key, fields[1]) end
  local found = count > 1 and stored or stored[1]
  if type(found) == 'table' and found.err then
    call('DEL', key)
    stored = {}
  end
end
local function write(key, before, last)
  for at = 1, count do written[2 * at - 1], written[2 * at] = fields[at], rules[at].stored() end
  if count > 1 then call('HSET', key, unpack(written)) else call('HSET', key, written[1], written[2]) end
  local second = floor((now + last) / 16000000)
  if before > 0 and floor((now + before) / 16000000) == second then return end
  call('PEXPIRE', key, floor(((second + 1) * 16000000 - now) / 16000) + 1)
end
local function decide(key, cost)
  read(key)
  local longest, denying, mended, before = 0, nil, false, 0
  for at = 1, count do
    local rule = rules[at]
    mended = rule.read(stored[at]) or mended
    local wait, reset = rule.wait(cost), rule.reset()
    if reset > before then before = reset end
    if wait > longest then longest, denying = wait, at end
  end
  local counts = what ~= 'look' and not (what == 'check' and denying)
  local fewest, tightest, last, reset = huge, nil, 0, 0
  for at = 1, count do
    local rule = rules[at]
    if what == 'back' then rule.back(cost, since, used, at == owing and owed or 0) elseif counts then rule.add(cost) end
    local remaining = rule.remaining()
    reset = rule.reset()
    if remaining < fewest then fewest, tightest = remaining, at end
    if reset > last then last = reset end
  end
  if counts or mended then write(key, mended and 0 or before, last) end
  if longest == huge then longest = -1 end
  if count == 1 then return 1, longest, fewest, reset end
  local told = denying or tightest
  return told, longest, rules[told].remaining(), rules[told].reset()
end
local answers, first = {}, 2 + 5 * count
for at, key in ipairs(KEYS) do
  local to = 4 * at
  answers[to - 3], answers[to - 2], answers[to - 1], answers[to] = decide(key, tonumber(ARGV[first + at]))
end
answers[#answers + 1] = now
return answers
`);
