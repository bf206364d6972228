-- os: what tells the time. C's strftime does not check its format, so it is checked here.

local function guarded_date(pattern, time)
  if type(pattern) == "string" then
    if #pattern > 1024 then error("bad argument #1 to 'date' (format too long)", 2) end
    local at = 1
    while true do
      at = find(pattern, "%", at, true)
      if not at then break end
      local letter = sub(pattern, at + 1, at + 1)
      if letter == "F" then -- the C library of some systems has none
        pattern = sub(pattern, 1, at - 1) .. "%Y-%m-%d" .. sub(pattern, at + 2)
        letter = "Y"
      end
      if letter == "" or not find("aAbBcdHIjmMpSUwWxXyYZ%", letter, 1, true) then
        error("bad argument #1 to 'date' (invalid conversion specifier '%" .. letter .. "')", 2)
      end
      at = at + 2
    end
  end
  return date(pattern, time)
end

return { time = os.time, clock = os.clock, date = guarded_date,
  difftime = guard.noting("difftime", "`os.difftime`", os.difftime),
}
