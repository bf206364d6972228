-- Runs that are covered or debugged.

local hits -- what was reached, for coverage

function guard.begin_covering(chunk)
  hits = {}
  for i = 1, G.points do hits[i] = false end
  debug.setupvalue(chunk, 2, hits)
end

function guard.end_covering()
  if not hits then return end
  G.lift()
  for i = 1, #hits do hits[i] = hits[i] and "1" or "0" end
  G.covered(concat(hits))
end

-- The debugger is a part of its own too, only for the calls that want it.
function guard.begin_debugging(_, _, entry)
  guard.complete()
  real_load(G.debugger, "debugger", "b", real)(guard, G)
  guard.debugger.begin(entry, G.chunk_name)
end

-- For a debugger, which changes some of them: everything is there.
function guard.complete()
  local env, pending, need = guard.env, guard.pending, guard.need
  for name, part in next, guard.later do env[name] = need(part)[name] end
  while next(pending) do guard.fill((next(pending))) end
end
