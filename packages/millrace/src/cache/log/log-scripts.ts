import { defineRedisScript, type RedisScript } from '../../redis/index.ts';

/*
 * KEYS: 1 meta (hash: gen, pos, horizon, tags), 2 log (stream of `<position>-0`), 3 tags (sorted set tag → position).
 *
 * `gen` names one history. When the hash is gone, evicted or flushed, nothing of the rest can be trusted: a new history
 * begins at 0. When the sorted set does not hold as many tags as the hash says, the horizon rises to the last position:
 * whatever is older may carry a tag that was invalidated.
 *
 * The epoch is `gen` and the replication id of the server: a failover keeps the first and changes the second, and may
 * have lost entries that were acknowledged.
 */
const OPEN = `
local meta, log, tags = KEYS[1], KEYS[2], KEYS[3]
local function begin()
  redis.call('UNLINK', log, tags)
  redis.call('HSET', meta, 'gen', ARGV[1], 'pos', 0, 'horizon', 0, 'tags', 0)
end
if redis.call('HEXISTS', meta, 'gen') == 0 then begin() end
local known = redis.call('HMGET', meta, 'gen', 'pos', 'horizon', 'tags')
local gen, pos, horizon, count = known[1], tonumber(known[2]), tonumber(known[3]), tonumber(known[4])
if redis.call('ZCARD', tags) ~= count then
  redis.call('UNLINK', tags)
  horizon, count = pos, 0
  redis.call('HSET', meta, 'horizon', horizon, 'tags', count)
end
local function state()
  local replication = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
  return {gen .. '.' .. replication, pos, horizon}
end
`;

/** ARGV: 1 the generation of a history that must begin. Answers epoch, pos, horizon. */
export const STATE: RedisScript = defineRedisScript(`${OPEN}
return state()
`);

/** ARGV: 1 as above, 2 most entries and most tags, 3 who appends, then kind and name of each. Answers epoch, pos, horizon. */
export const APPEND: RedisScript = defineRedisScript(`${OPEN}
local most = tonumber(ARGV[2])
local function add(kind, name)
  return redis.pcall('XADD', log, 'MAXLEN', '~', most, (pos + 1) .. '-0', kind, name, 'by', ARGV[3])
end
for i = 4, #ARGV, 2 do
  local kind, name = ARGV[i], ARGV[i + 1]
  local added = add(kind, name)
  if type(added) == 'table' and added.err then
    if not string.find(added.err, 'equal or smaller') then return redis.error_reply(added.err) end
    begin()
    gen, pos, horizon, count = ARGV[1], 0, 0, 0
    add(kind, name)
  end
  pos = pos + 1
  if kind == 't' then count = count + redis.call('ZADD', tags, pos, name) end
  if kind ~= 'k' and kind ~= 't' then horizon = pos end
end
if count > most then
  local gone = redis.call('ZPOPMIN', tags, count - most)
  horizon = math.max(horizon, tonumber(gone[#gone]))
  count = most
end
redis.call('HSET', meta, 'pos', pos, 'horizon', horizon, 'tags', count)
return state()
`);
