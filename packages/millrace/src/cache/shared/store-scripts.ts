import { defineRedisScript, type RedisScript } from '../../redis/index.ts';

/*
 * KEYS: 1 the value, which begins with its id of 8 bytes, 2 the lease of its key; both in one slot.
 *
 * A lease is the token of its holder, with `!` behind it once somebody waits, so that a fill nobody waits for is not
 * published. In place of a token `x` stands for a load that failed, `u` for an answer that is not to be shared. One that
 * would never end is nobody's.
 */

/** ARGV: 1 token, 2 time of the lease, 3 the id of a value that does not count. Answers {what, left, value}. */
export const TAKE: RedisScript = defineRedisScript(`
local value = redis.call('GET', KEYS[1])
if value and string.sub(value, 1, 8) ~= ARGV[3] then return {'value', redis.call('PTTL', KEYS[1]), value} end
local lease = redis.call('GET', KEYS[2])
local left = redis.call('PTTL', KEYS[2])
if left < 0 then
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  return {'lease', tonumber(ARGV[2])}
end
if lease == 'x' then return {'failing', left} end
if lease == 'u' then return {'alone', left} end
if string.sub(lease, -1) ~= '!' then redis.call('SET', KEYS[2], lease .. '!', 'KEEPTTL') end
return {'held', left}
`);

const HELD = `
local lease = redis.call('GET', KEYS[2])
local waited = lease == ARGV[1] .. '!'
if lease ~= ARGV[1] and not waited then return 0 end
`;

/** ARGV: 1 token, 2 channel, 3 what to publish, 4 bytes, 5 time of the value. Answers 1 when stored. */
export const FILL: RedisScript = defineRedisScript(`${HELD}
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
redis.call('DEL', KEYS[2])
if waited then redis.call('PUBLISH', ARGV[2], ARGV[3]) end
return 1
`);

/** ARGV: 1 token, 2 channel, 3 what to publish, 4 the mark to leave or nothing, 5 its time. */
export const RELEASE: RedisScript = defineRedisScript(`${HELD}
if ARGV[4] == '' then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5]) end
if waited then redis.call('PUBLISH', ARGV[2], ARGV[3]) end
return 1
`);

/** ARGV: 1 token, 2 time. Answers 1 when the lease was still there. */
export const RENEW: RedisScript = defineRedisScript(`${HELD}
return redis.call('PEXPIRE', KEYS[2], ARGV[2])
`);

/** ARGV: 1 channel, 2 what to publish. Nobody may come between a value and its lease, or an old value would be stored with the lease. */
export const REMOVE: RedisScript = defineRedisScript(`
local lease = redis.pcall('GET', KEYS[2])
redis.call('UNLINK', KEYS[1], KEYS[2])
if type(lease) == 'string' and string.sub(lease, -1) == '!' then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
return 1
`);
