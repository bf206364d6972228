-- The begin and the end of a run.

guard.real = real -- all of it, for the parts of the guard and the debugger

-- lupa's metatable of Python objects: a script that ever met one could open Python with it.
local python_objects = raw_metatable(G.poll)
for name in next, python_objects do
  if name ~= "__call" and name ~= "__gc" then python_objects[name] = nil end
end
python_objects.__metatable = false

guard.is_lifted = false -- inside a host function: the GC is stopped and the memory limit may be lifted

function guard.start(random_seed, limit, left) -- limit in KB, left in seconds
  -- From here on the call pays.
  local heap = collect("count")
  guard.begin_verdict(heap, limit, left)
  guard.random_seed = random_seed
  guard.begin_pace(heap)
end

function guard.stop() -- with hooks off: from the message handler, or after a run without a verdict
  guard.hook.off()
  if guard.is_lifted then guard.end_host() end
end
