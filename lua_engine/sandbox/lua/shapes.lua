-- Tables alike, rows of a query for example, have the same keys: brought into order once, for `pairs` and for JSON.
--
-- A shape is a list of texts in order, and `step`, which walks a table of that shape as `next` would:
--
--   { "id", "name" }   step(row, nil) -> "id", 7    step(row, "id") -> "name", "Ann"    step(row, "name") -> nil
--
-- It keeps no place of its own, so one serves all walks. A shape is never changed once it was handed out.

local MOST, WIDEST = 32, 64 -- shapes that are kept; keys of one

local kept, kept_count = {}, 0 -- a key that `next` gives first -> the last shape that began so
local shapes = {}
guard.shapes = shapes

-- The shape of a table without metatable whose keys are exactly those of one that was kept; nil: there is none. `first` is what
-- `next` gives first.
function shapes.of(value, first)
  local shape = kept[first]
  if not shape then return nil end
  local count, wanted = 0, #shape
  for _ in next, value do
    count = count + 1
    if count > wanted then return nil end
  end
  if count < wanted then return nil end
  for i = 1, wanted do
    if value[shape[i]] == nil then return nil end
  end
  return shape
end

local FEW, SHORT = 12, 64 -- texts that are put in their place one by one; bytes of one

-- Brings texts into byte order.
function shapes.sort(texts)
  local count = #texts
  for i = 1, count do
    if count > FEW or #texts[i] > SHORT then return guard.sort(texts) end
  end
  for i = 2, count do
    local text, at = texts[i], i - 1
    while at > 0 and text < texts[at] do
      texts[at + 1] = texts[at]
      at = at - 1
    end
    texts[at + 1] = text
  end
end

function shapes.is_worth_keeping(count) return count <= WIDEST end

-- Makes `keys`, the texts that are the keys of a table in order, a shape.
function shapes.keep(keys, first)
  local following, least = {}, keys[1]
  for i = 1, #keys - 1 do following[keys[i]] = keys[i + 1] end
  function keys.step(t, key)
    if key == nil then key = least else key = following[key] end
    while key ~= nil do
      local value = t[key]
      if value ~= nil then return key, value end
      key = following[key] -- that one was taken out meanwhile
    end
  end
  if kept_count >= MOST then kept, kept_count = {}, 0 end
  if not kept[first] then kept_count = kept_count + 1 end
  kept[first] = keys
  return keys
end
