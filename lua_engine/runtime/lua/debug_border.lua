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

-- A function of a text that the script loads -> with our calls in it, and its long lines cut.
function D.adopt(f)
  local dumped = string.dump(f)
  if not G.wants_writes and #dumped < 1000 then return f end -- no long line is so short
  guard.begin_host()
  local bytes, names = G.instrument(dumped)
  guard.end_host()
  if not D.is_busy then G.arm() end
  if bytes == dumped then return f end
  local _, scope = debug.getupvalue(f, 1)
  local made = real_load(bytes, "=(load)", "b", scope)
  D.attach(made, names, 2)
  return made
end
