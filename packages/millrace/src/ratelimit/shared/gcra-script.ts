/**
 * The generic cell rate algorithm in Lua, number for number that of `meters/gcra.ts`. What is stored is the time at which
 * everything is worked off. More than two windows ahead it can only be after the clock of Redis stepped back or the limit
 * was lowered: then as much is owed as may be. Redis writes a whole number below 2^53 with all its digits.
 *
 * Of what was counted at a time, as much may have been worked off as time has passed since, and what others owe must not be
 * taken back in its place: so only what cannot have been worked off is given back.
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
    owed = owed + cost * interval
    if owed < 0 then owed = 0 elseif owed > most then owed = most end
  end
  function meter.back(cost, since)
    local left = cost * interval - math.max(0, now - since)
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
