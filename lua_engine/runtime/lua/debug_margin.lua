-- The margin: for each line how often it began, and what it computed, as texts for the first rounds and as values for the last.
local getupvalue = debug.getupvalue

local ROUNDS = 100
local counts, rounds, lasts = {}, {}, {}
local written, writes = {}, 0 -- table, key (or function, upvalue) and line of each write

local function note_margin(line, names, values, n)
  local kept = rounds[line]
  if not kept then
    kept = {}
    rounds[line] = kept
  end
  if #kept < ROUNDS then
    local round = { round = counts[line] or 1 }
    for i = 1, n do round[i] = { names[i], D.preview(values[i]) } end
    kept[#kept + 1] = round
  end
  local last = lasts[line]
  if not last then
    last = {}
    lasts[line] = last
  end
  last.round, last.count = counts[line] or 1, n
  for i = 1, n do last[2 * i - 1], last[2 * i] = names[i], values[i] end
end

local has_parts = false
local changed_names, changed_values, changed_tables, changed = {}, {}, {}, 0

-- What the script calls a table that it wrote to, if it is a local of the frame.
local function name_of(t, record)
  for i = record and record[0] or 0, 1, -1 do
    if rawequal(record[i], t) and string.byte(record[-i]) ~= 40 then return record[-i] end
  end
  return ""
end

function D.note_change(name, value, t)
  if changed >= 8 or type(value) == "function" then return end
  changed_tables[changed + 1] = t
  has_parts = has_parts or t ~= nil
  for i = 1, changed do
    if changed_names[i] == name then
      changed_values[i] = value
      return
    end
  end
  changed = changed + 1
  changed_names[changed], changed_values[changed] = name, value
end

local function note_write(t, key, record)
  if type(t) == "function" then
    local name, value = getupvalue(t, key)
    D.note_change(name, value)
  elseif rawequal(t, guard.env) then
    D.note_change(tostring(key), rawget(t, key))
  else
    local text = D.key_text(key)
    local name = name_of(t, record)
    D.note_change(name .. (string.sub(text, 1, 1) == "[" and text or "." .. text), rawget(t, key), t)
  end
end

-- The writes since the last line, which was `last_line` of `last`; the line that begins is one of `record`. Those of the line that
-- `record` stood in stay, to be shown together with its locals.
function D.note_writes(last, last_line, record)
  local line = last_line
  if writes == 0 and changed == 0 then return end
  for i = 1, writes, 3 do
    local own = written[i + 2] or line
    if own ~= line then D.note_round(last, line) end
    line = own
    note_write(written[i], written[i + 1], line == last_line and last or record)
  end
  writes = 0
  if record ~= last and line ~= (record and record.last_line) then D.note_round(last, line) end
end

-- A table that was made and filled in the same line is shown once, as a whole.
local function drop_parts()
  local kept = 0
  for i = 1, changed do
    local is_part = false
    for j = 1, changed do is_part = is_part or (changed_tables[i] ~= nil and rawequal(changed_values[j], changed_tables[i])) end
    if not is_part then
      kept = kept + 1
      changed_names[kept], changed_values[kept] = changed_names[i], changed_values[i]
    end
  end
  changed = kept
end

function D.note_round(record, line)
  if changed == 0 then return end
  if has_parts then drop_parts() end
  if changed > 0 and record and record.is_script and line then note_margin(line, changed_names, changed_values, changed) end
  changed, has_parts = 0, false
end

function D.note_written(t, key, line)
  if writes < 60 then
    written[writes + 1], written[writes + 2], written[writes + 3] = t, key, line
    writes = writes + 3
  end
end

function D.count_line(line) counts[line] = (counts[line] or 0) + 1 end

function D.begin_margin() writes, changed = 0, 0 end

function D.margin()
  D.finish_line()
  local list = {}
  for line, count in next, counts do
    local one = { line = line, count = count, rounds = {} }
    for i, round in ipairs(rounds[line] or {}) do one.rounds[i] = { round.round, round } end
    local last = lasts[line]
    if last then
      local texts = {}
      for i = 1, last.count do texts[i] = { last[2 * i - 1], D.preview(last[2 * i]) } end
      one.last = { last.round, texts }
    end
    list[#list + 1] = one
  end
  return list
end
