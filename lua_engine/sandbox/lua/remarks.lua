-- What a call is told besides its answer: warnings (something was lost on its way out) and portability notes (Goop2 would do
-- otherwise). They leave the VM as one text at the end: a line each, "id<TAB>line<TAB>text"; a warning has the id "!".

local MAX_REMARKS = 100
local lines, seen, count = {}, {}, 0

local MAX_ASKED = 2000 -- looking for the line takes a while; who asks as often has been told
local asked = 0

local function script_line()
  for level = 3, 40 do
    local info = getinfo(level, "l")
    if not info then break end
    if info.currentline > 0 then return info.currentline end
  end
  return 0
end

local function remark(id, line, text)
  local entry = id .. "\t" .. line .. "\t" .. string.gsub(text, "%c", " ")
  if seen[entry] or count >= MAX_REMARKS then return end
  seen[entry] = true
  count = count + 1
  lines[count] = entry
end

function guard.warn(text) remark("!", 0, text) end

-- `id` is a row of scripts/portability/differences.py, `what` the code that it is about ("": as that row says).
function guard.note(id, what)
  asked = asked + 1
  if asked <= MAX_ASKED then remark(id, script_line(), what or "") end
end

function guard.remarks()
  if count == 0 then return "" end
  return concat(lines, "\n")
end
