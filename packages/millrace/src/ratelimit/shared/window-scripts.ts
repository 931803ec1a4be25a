/*
 * The meters that count in windows, in Lua, number for number those of `meters/`. A time ahead of now can only be there after
 * the clock of Redis stepped back: then it is taken for now. What is no whole number is none of ours, and nothing.
 */

/** Stored: until when, and how many. */
export const FIXED_WINDOW_SCRIPT = `
meters['fixed-window'] = function(now, limit, window)
  local till, count, meter = 0, 0, {}
  function meter.read(stored)
    till, count = string.match(stored or '', '(%S+) (%S+)')
    till, count = whole(till) or 0, whole(count) or 0
    local mended = till > now + window
    if mended then till = now + window end
    if now >= till then count = 0 end
    return mended
  end
  function meter.wait(cost)
    if cost > limit then return math.huge end
    return count + cost > limit and till - now or 0
  end
  function meter.add(cost)
    if count == 0 then till = now + window end
    count = math.min(count + cost, 2 * limit)
  end
  function meter.back(cost, since)
    if since >= till - window then count = math.max(0, count - cost) end
  end
  function meter.remaining() return math.max(0, limit - count) end
  function meter.reset() return count > 0 and till - now or 0 end
  function meter.stored() return string.format('%.0f %.0f', till, count) end
  return meter
end
`;

/** Stored: when the window began, how many in the one before, how many in this one. */
export const SLIDING_COUNTER_SCRIPT = `
meters['sliding-counter'] = function(now, limit, window)
  local began, before, current, meter = now, 0, 0, {}
  function meter.read(stored)
    began, before, current = string.match(stored or '', '(%S+) (%S+) (%S+)')
    began, before, current = whole(began), whole(before) or 0, whole(current) or 0
    if not began then began, before, current = now, 0, 0 end
    local mended = began > now
    if mended then began = now end
    local windows = math.floor((now - began) / window)
    if windows >= 1 then
      before = windows == 1 and current or 0
      current, began = 0, began + windows * window
    end
    return mended
  end
  function meter.wait(cost)
    if cost > limit then return math.huge end
    local passed, excess = now - began, current + cost - limit
    if excess > 0 then return window - passed + math.ceil(window * excess / current) end
    if before + excess <= 0 then return 0 end
    return math.max(0, math.ceil(window * (before + excess) / before) - passed)
  end
  function meter.add(cost)
    if before == 0 and current == 0 then began = now end
    current = math.min(current + cost, 2 * limit)
  end
  function meter.back(cost, since)
    if began <= since then current = math.max(0, current - cost)
    elseif began - since <= window then before = math.max(0, before - cost) end
  end
  function meter.remaining()
    local free = (limit - current) * window - before * (window - (now - began))
    return math.max(0, math.floor(free / window))
  end
  function meter.reset()
    local left = window - (now - began)
    if current > 0 then return left + window end
    return before > 0 and left or 0
  end
  function meter.stored() return string.format('%.0f %.0f %.0f', began, before, current) end
  return meter
end
`;

/** Stored: the time of each unit, from the oldest to the newest. */
export const EXACT_LOG_SCRIPT = `
meters['exact-log'] = function(now, limit, window)
  local meter, times = {}, {}
  function meter.read(stored)
    local mended = false
    times = {}
    for text in string.gmatch(stored or '', '%S+') do
      local time = whole(text)
      if not time then mended = true
      elseif time > now then time, mended = now, true end
      if time and time + window > now then times[#times + 1] = time end
    end
    while #times > limit do table.remove(times, 1) end
    return mended
  end
  function meter.wait(cost)
    if cost > limit then return math.huge end
    local excess = #times + cost - limit
    return excess > 0 and times[excess] + window - now or 0
  end
  function meter.add(cost)
    for _ = 1, math.min(limit, cost) do
      if #times == limit then table.remove(times, 1) end
      times[#times + 1] = now
    end
  end
  function meter.back(cost, since)
    local kept = {}
    for _, time in ipairs(times) do
      if time == since and cost > 0 then cost = cost - 1 else kept[#kept + 1] = time end
    end
    times = kept
  end
  function meter.remaining() return limit - #times end
  function meter.reset() return #times > 0 and times[#times] + window - now or 0 end
  function meter.stored()
    local texts = {}
    for at, time in ipairs(times) do texts[at] = string.format('%.0f', time) end
    return table.concat(texts, ' ')
  end
  return meter
end
`;
