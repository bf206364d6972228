-- Locals of the functions around a frame's that it does not use. Lua keeps no value of them there, and a global of that name is not
-- what the text means: who asks for one is told so.
local known = {} -- "first:last" of a function -> name -> "function" or "script": what it is a local of

local function note(names, text, holder)
  for name in string.gmatch(text or "", "[^,]+") do names[name] = holder end
end

local function names_around(frame)
  if frame.source ~= D.script then return {} end
  local info = getinfo(frame.func, "S")
  local place = info.linedefined .. ":" .. info.lastlinedefined
  local names = known[place]
  if not names then
    names = {}
    known[place] = names
    local answer = D.exchange(D.json { kind = "outer", first = info.linedefined, last = info.lastlinedefined })
    note(names, answer[2], "function")
    note(names, answer[3], "script")
  end
  return names
end

local words = {
  ["function"] = "is a local of the function around this one, but this function does not use it, so Lua does not keep it here",
  script = "is a local of the script outside this function, but this function does not use it, so Lua does not keep it here",
}

-- -> a function: name -> why it has no value in the frame; nil: that is not why. Asks Python, once for each function.
function D.not_kept(frame)
  local names = names_around(frame)
  return function(name)
    local holder = names[name]
    return holder and "`" .. name .. "` " .. words[holder] or nil
  end
end
