import { defineRedisScript, type RedisScript } from '../../redis/index.ts';
import { GCRA_SCRIPT } from './gcra-script.ts';
import { EXACT_LOG_SCRIPT, FIXED_WINDOW_SCRIPT, SLIDING_COUNTER_SCRIPT } from './window-scripts.ts';

/*
 * KEYS: 1 a hash that holds what one subject owes, a field a rule. It expires when nothing is owed.
 * ARGV: 1 `check` (count by all rules when it fits all), `look` (count nothing) or `add` (count whether it fits or not),
 * 2 the cost, then for each rule: field, meter, limit, window in ticks, burst.
 *
 * Answers the number of the rule that says no for longest, else of the one with the fewest units left; the ticks to wait, 0
 * when it fits, -1 when it never will; the units left of that rule; and the ticks until nothing is owed to it.
 *
 * Time is that of Redis, in ticks since 2026, so that it is exact in a double. Functions stand in for the meters of memory.
 */
export const RATE_SCRIPT: RedisScript = defineRedisScript(`
local meters = {}
${GCRA_SCRIPT}${SLIDING_COUNTER_SCRIPT}${EXACT_LOG_SCRIPT}${FIXED_WINDOW_SCRIPT}
local clock = redis.call('TIME')
local now = (clock[1] - 1767225600) * 16000000 + clock[2] * 16
local cost, fields, rules = tonumber(ARGV[2]), {}, {}
for at = 3, #ARGV, 5 do fields[#fields + 1] = ARGV[at] end
local stored = redis.call('HMGET', KEYS[1], unpack(fields))
local longest, fewest, denying, tightest, mended = 0, math.huge, nil, nil, false
for at = 1, #fields do
  local first = 5 * at - 2
  local limit, window, burst = tonumber(ARGV[first + 2]), tonumber(ARGV[first + 3]), tonumber(ARGV[first + 4])
  local meter = meters[ARGV[first + 1]](stored[at], now, limit, window, burst)
  local wait = meter.wait(cost)
  if wait > longest then longest, denying = wait, at end
  mended = mended or meter.mended
  rules[at] = meter
end
local counts = ARGV[1] == 'add' or ARGV[1] == 'check' and not denying
local last, written = 0, {}
for at, meter in ipairs(rules) do
  if counts then meter.add(cost) end
  local remaining = meter.remaining()
  if remaining < fewest then fewest, tightest = remaining, at end
  last = math.max(last, meter.reset())
  written[2 * at - 1], written[2 * at] = fields[at], meter.stored()
end
if counts or mended then
  redis.call('HSET', KEYS[1], unpack(written))
  redis.call('PEXPIRE', KEYS[1], math.ceil(last / 16000) + 1)
end
local told = denying or tightest
if longest == math.huge then longest = -1 end
return {told, longest, rules[told].remaining(), rules[told].reset()}
`);
