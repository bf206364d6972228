-- What crosses to Python while a call is debugged: texts and scalars.

-- Text -> verb, arguments. The memory limit is off from here on, and on again when the call goes on.
local function exchange(text)
  guard.begin_host()
  local answer = table.pack(G.exchange(text))
  guard.end_host()
  return answer
end

D.exchange = exchange

-- Text that nobody answers.
local function say(text)
  guard.begin_host()
  G.say(text)
  guard.end_host()
  G.arm()
end
D.say = say

-- Bytecode of a text that the script loads -> with our calls in it.
function D.adopt(f)
  if not G.wants_writes then return f end
  guard.begin_host()
  local bytes, names = G.instrument(string.dump(f))
  guard.end_host()
  if not D.is_busy then G.arm() end
  local _, scope = debug.getupvalue(f, 1)
  local made = real_load(bytes, "=(load)", "b", scope)
  D.attach(made, names, 2)
  return made
end
