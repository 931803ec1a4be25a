/**
 * The generic cell rate algorithm in Lua, number for number that of `meters/gcra.ts`. What is stored is the time at which
 * everything is worked off. More than two windows ahead it can only be after the clock of Redis stepped back or the limit
 * was lowered: then as much is owed as may be. Redis writes a whole number below 2^53 with all its digits.
 */
export const GCRA_SCRIPT = `
function meters.gcra(now, limit, window, burst)
  local interval = math.ceil(window / limit)
  local tolerance = burst * interval
  local owed, most, meter = 0, 2 * tolerance, {}
  function meter.read(stored)
    owed = (tonumber(stored) or now) - now
    if owed < 0 then owed = 0 end
    if owed <= most then return false end
    owed = tolerance
    return true
  end
  function meter.wait(cost)
    if cost > burst then return math.huge end
    local wait = owed + cost * interval - tolerance
    return wait > 0 and wait or 0
  end
  function meter.add(cost)
    owed = math.min(owed + cost * interval, most)
  end
  function meter.back(cost, since, used, before)
    local idle = math.max(0, now - since - before - used * interval)
    local left = cost * interval - idle
    if left > 0 then owed = math.max(0, owed - left) end
  end
  function meter.remaining()
    local free = tolerance - owed
    return free > 0 and math.floor(free / interval) or 0
  end
  function meter.reset() return owed end
  function meter.stored() return now + owed end
  return meter
end
`;
