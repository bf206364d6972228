-- Where an error is said to have happened.

guard.at_error = false -- a debugger's

-- The VM puts "?:0: " before an error of an instruction of ours: our code has no source and no lines.
function guard.without_place(err)
  if byte(err, 1) == 63 and sub(err, 1, 5) == "?:0: " then return sub(err, 6) end
  return err
end

-- A message handler, before unwinding: an error that a native function raised inside one of our wrappers has no place yet.
local function place(err, first)
  if guard.at_error and not first then guard.at_error(err) end
  if type(err) ~= "string" then return err end
  first = first or 2
  local bare = guard.without_place(err)
  if bare == err then
    -- A function of the script's that one of ours called (sort's comparison) has its place already.
    local raiser, wrapper = getinfo(first, "fl"), getinfo(first + 1, "lS")
    if not wrapper or raiser.func == error or raiser.currentline > 0 then return err end
    if wrapper.currentline > 0 or wrapper.what == "C" then return err end
  end
  for level = first + 1, first + 10 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 then return info.short_src .. ":" .. info.currentline .. ": " .. bare end
  end
  return bare
end
guard.place = place
