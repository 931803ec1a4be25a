/**
 * The generic cell rate algorithm in Lua, number for number that of `meters/gcra.ts`. What is stored is the time at which
 * everything is worked off. More than two windows ahead it can only be after the clock of Redis stepped back or the limit
 * was lowered: then as much is owed as may be.
 */
export const GCRA_SCRIPT = `
function meters.gcra(stored, now, limit, window, burst)
  local interval = math.ceil(window / limit)
  local tolerance = burst * interval
  local owed = math.max(0, (tonumber(stored) or now) - now)
  local meter = {mended = owed > 2 * tolerance}
  if meter.mended then owed = tolerance end
  function meter.wait(cost)
    if cost > burst then return math.huge end
    return math.max(0, owed + cost * interval - tolerance)
  end
  function meter.add(cost)
    owed = math.max(0, math.min(owed + cost * interval, 2 * tolerance))
  end
  function meter.remaining()
    return math.max(0, math.floor((tolerance - owed) / interval))
  end
  function meter.reset() return owed end
  function meter.stored() return string.format('%.0f', now + owed) end
  return meter
end
`;
