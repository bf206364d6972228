-- os: what tells the time. C's strftime does not check its format, so it is checked here.

local function guarded_date(pattern, time)
  if type(pattern) == "string" then
    if #pattern > 1024 then error("bad argument #1 to 'date' (format too long)", 2) end
    local at, utc = 1, sub(pattern, 1, 1) == "!" and "!" or ""
    while true do
      at = find(pattern, "%", at, true)
      if not at then break end
      local letter = sub(pattern, at + 1, at + 1)
      if letter == "F" then -- the C library of some systems has none
        pattern = sub(pattern, 1, at - 1) .. "%Y-%m-%d" .. sub(pattern, at + 2)
        letter = "Y"
      elseif letter == "P" then
        pattern = sub(pattern, 1, at - 1) .. lower(date(utc .. "%p", time)) .. sub(pattern, at + 2)
        letter = "p"
      elseif letter == "Z" and utc == "!" then
        pattern = sub(pattern, 1, at - 1) .. "UTC" .. sub(pattern, at + 2)
      elseif find("acjUWx", letter, 1, true) then
        guard.note("date-format", "`os.date` with `%" .. letter .. "`")
      end
      if letter == "" or not find("aAbBcdHIjmMpSUwWxXyYzZ%", letter, 1, true) then
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
