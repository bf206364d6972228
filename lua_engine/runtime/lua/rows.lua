-- Rows that come in, a chunk at a time; a row is never torn. Of the first chunk the first tokens are the number of columns and their
-- names (0: an array of single values).

local pull = guard.pull -- () -> more, token...

local function add_values(result, count, tokens, first, last)
  for at = first, last do
    local item = tokens[at]
    if item ~= nil then
      count = count + 1
      result[count] = item
    end
  end
  return count
end

local function add_rows(result, count, names, width, tokens, first, last)
  for at = first - 1, last - width, width do
    local row = {}
    for i = 1, width do row[names[i]] = tokens[at + i] end
    count = count + 1
    result[count] = row
  end
  return count
end

local result, count, names, width

local function add(first, size, more, ...)
  local tokens, last = { ... }, size - 1
  if first then
    width, names, result, count = tokens[1], {}, {}, 0
    for i = 1, width do names[i] = tokens[1 + i] end
  end
  first = first and width + 2 or 1
  if width == 0 then
    count = add_values(result, count, tokens, first, last)
  else
    count = add_rows(result, count, names, width, tokens, first, last)
  end
  return more
end

local function added(first, ...) return add(first, select("#", ...), ...) end

function guard.build_rows(...) -- more, width, name..., value...
  guard.trust()
  local more = added(true, ...)
  while more do more = added(false, pull()) end
  guard.distrust()
  local made = result
  result, names = nil, nil
  return made
end
