-- The pristine functions for the rest of the prelude, and the begin and the end of a run.

guard.native = {
  type = type, next = next, rawget = rawget, rawset = rawset, rawlen = rawlen, rawequal = rawequal, error = error,
  select = select, tostring = tostring, tonumber = tonumber, ipairs = ipairs, pairs = pairs, assert = assert,
  setmetatable = setmetatable, getmetatable = raw_metatable, unpack = unpack,
  pcall = guard.pcall, find = find, match = string.match, gmatch = string.gmatch, gsub = string.gsub, byte = byte, sub = sub,
  len = string.len, char = char, rep = rep, format = format, lower = lower, upper = upper, concat = concat,
  insert = insert, remove = remove, floor = floor, huge = huge, time = now, sort = sort,
}
guard.string_metatable = raw_metatable("")
guard.real = _ENV -- all of it, for the debugger

-- lupa's metatable of Python objects: a script that ever met one could open Python with it.
local python_objects = raw_metatable(G.poll)
for name in next, python_objects do
  if name ~= "__call" and name ~= "__gc" then python_objects[name] = nil end
end
python_objects.__metatable = false

function guard.start(random_seed, limit, left) -- limit in KB, left in seconds
  -- From here on the call pays.
  local heap = collect("count")
  guard.begin_verdict(heap, limit, left)
  guard.begin_protect()
  guard.begin_coroutines()
  guard.seed(random_seed)
  guard.seed_shuffle(random_seed)
  guard.begin_pace(heap)
end

function guard.stop() -- with hooks off: from the message handler, or after a run without a verdict
  guard.hook.off()
  guard.end_border()
end
