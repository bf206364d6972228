-- The keys of objects that were written, in order and with their JSON texts: rows of one table have the same, so they are brought
-- into order once.

local MOST, WIDEST = 32, 64 -- shapes that are kept; keys of one

local kept, kept_count = {}, 0 -- a key that `next` gives first -> the last shape that began so
local shapes = {}
guard.shapes = shapes

-- The shape of a table without metatable whose keys are exactly those of one that was kept; nil: there is none. `first` is what
-- `next` gives first.
function shapes.of(value, first)
  local shape = kept[first]
  if not shape or raw_metatable(value) ~= nil then return nil end
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

function shapes.is_worth_keeping(count) return count <= WIDEST end

-- The shape of a table that has texts for keys and nothing else.
function shapes.keep(value, escaped)
  local shape, count, before, before_text = {}, 0, {}, {}
  for key in next, value do
    count = count + 1
    shape[count] = key
  end
  guard.sort(shape)
  for i = 1, count do
    before[i] = (i == 1 and '{"' or ',"') .. escaped(shape[i]) .. '":'
    before_text[i] = before[i] .. '"'
  end
  shape.before, shape.before_text = before, before_text
  if kept_count >= MOST then kept, kept_count = {}, 0 end
  local first = next(value)
  if not kept[first] then kept_count = kept_count + 1 end
  kept[first] = shape
  return shape
end
