import { defineRedisScript, type RedisScript } from '../../redis/index.ts';

/*
 * KEYS: 1 meta (hash: gen, on, pos, horizon, tags, and `v` with a schema version for each that has been here), 2 log
 * (stream of `<position>-0`), 3 tags (sorted set tag → position).
 *
 * `gen` names one history. When the hash is gone, evicted or flushed, nothing of the rest can be trusted: a new history
 * begins at 0. When the sorted set does not hold as many tags as the hash says, the horizon rises to the last position:
 * whatever is older may carry a tag that was invalidated.
 *
 * The epoch is `gen` and the replication id of the server: a failover keeps the first and changes the second, and may
 * have lost entries that were acknowledged. `on` is that id, so that those who only read see it change: a slot can move,
 * and a server can take another id, without any connection being lost.
 *
 * Values of two schema versions lie under different keys, and whoever invalidates a key removes it under each version
 * that has been here. What a version has from before it came is not believed, for nobody removed it.
 */
const MAX_VERSIONS = 8;

const OPEN = `
local meta, log, tags = KEYS[1], KEYS[2], KEYS[3]
local replication = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
local function begin()
  redis.call('UNLINK', meta, log, tags)
  redis.call('HSET', meta, 'gen', ARGV[1], 'on', replication, 'pos', 0, 'horizon', 0, 'tags', 0, ARGV[2], 0)
end
local known = redis.call('HMGET', meta, 'gen', 'on', 'pos', 'horizon', 'tags', ARGV[2])
if not known[1] or (not known[6] and redis.call('HLEN', meta) >= ${5 + MAX_VERSIONS}) then
  begin()
  known = {ARGV[1], replication, 0, 0, 0, 0}
end
local gen, pos, horizon, count = known[1], tonumber(known[3]), tonumber(known[4]), tonumber(known[5])
local since = tonumber(known[6] or pos)
if not known[6] then redis.call('HSET', meta, ARGV[2], since) end
if known[2] ~= replication then redis.call('HSET', meta, 'on', replication) end
if redis.call('ZCARD', tags) ~= count then
  redis.call('UNLINK', tags)
  horizon, count = pos, 0
  redis.call('HSET', meta, 'horizon', horizon, 'tags', count)
end
local function state()
  local answer = {gen .. '.' .. replication, pos, math.max(horizon, since)}
  for _, field in ipairs(redis.call('HKEYS', meta)) do
    if string.find(field, '^v%d') then answer[#answer + 1] = field end
  end
  return answer
end
`;

/**
 * ARGV: 1 the generation of a history that must begin, 2 `v` and the schema version of who asks. Answers epoch, pos,
 * horizon, and each version that has been here, with its `v`.
 */
export const STATE: RedisScript = defineRedisScript(`${OPEN}
return state()
`);

/** ARGV: 1 and 2 as above, 3 most entries and most tags, 4 who appends, then kind and name of each. Answers as above. */
export const APPEND: RedisScript = defineRedisScript(`${OPEN}
local most = tonumber(ARGV[3])
local function add(kind, name)
  return redis.pcall('XADD', log, 'MAXLEN', '~', most, (pos + 1) .. '-0', kind, name, 'by', ARGV[4])
end
for i = 5, #ARGV, 2 do
  local kind, name = ARGV[i], ARGV[i + 1]
  local added = add(kind, name)
  if type(added) == 'table' and added.err then
    if not string.find(added.err, 'equal or smaller') then return redis.error_reply(added.err) end
    begin()
    gen, pos, horizon, count, since = ARGV[1], 0, 0, 0, 0
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
