--- Tells what is due in the next days: !due, or !due 14

local MOST = 10 -- lines of an answer

function handle(args)
  local days = args == "" and 7 or tonumber(args)
  if not days or days % 1 ~= 0 or days < 0 or days > 365 then return "Say how many days, 0 to 365: !due 14" end
  local rows = goop.orm("tasks"):find({
    where = "done = 0 AND due <= date('now', '+' || CAST(? AS INTEGER) || ' days')",
    args = { days },
    order = "due, _id",
    fields = { "text", "due" },
  })
  if #rows == 0 then return "Nothing is due." end
  local lines = { #rows == 1 and "One task is due:" or #rows .. " tasks are due:" }
  for at = 1, math.min(#rows, MOST) do lines[#lines + 1] = "  " .. rows[at].due .. "  " .. rows[at].text end
  if #rows > MOST then lines[#lines + 1] = "  and " .. #rows - MOST .. " more" end
  return table.concat(lines, "\n")
end
