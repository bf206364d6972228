-- Parts of the prelude that a VM loads when something of them is first asked for: a library, the encoder, the functions of a
-- namespace. Most calls need few of them, and what is not loaded costs a VM nothing but its place in one text, G.parts, that begins
-- with a directory of G.directory bytes: a chunk that answers { first, last, homes, keys } (see runtime/prelude.py).
--
-- A part may be loaded while a script runs, under its limits. If that fails half-way (a verdict, the end of the C stack) nothing is
-- kept, and who asks again loads it again. So a part answers what it has made, and changes nothing else of ours but `guard`.

local loaded = {} -- name -> what the part answered
local directory

local function part_of(first, last) return assert(real_load(sub(G.parts, first, last), "part", "b", real)) end

function guard.directory()
  directory = directory or part_of(1, G.directory)()
  return directory
end

local function need(name)
  local part = loaded[name]
  if part == nil then
    local before = collect("count")
    local all = guard.directory()
    part = part_of(all.first[name], all.last[name])(guard, G) or true
    guard.forgive(collect("count") - before)
    loaded[name] = part
  end
  return part
end
guard.need = need

-- guard.encode, say, is asked for: the part that sets it is loaded.
setmetatable(guard, { __index = function(_, key)
  local home = guard.directory().homes[key]
  if not home then return nil end
  need(home)
  return rawget(guard, key)
end })
