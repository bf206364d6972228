--- Lists the rooms of the clubhouse

function handle()
  local rooms = goop.orm("rooms")
  if not rooms then return "There are no rooms here." end
  local live, lines = {}, {}
  for _, group in ipairs(goop.chat.rooms() or {}) do live[group.id] = true end
  for _, room in ipairs(rooms:find({ order = "_id", fields = { "group_id", "name", "description" } })) do
    if live[room.group_id] then
      local people = #goop.group.members(room.group_id)
      local about = room.description ~= "" and ": " .. room.description or ""
      lines[#lines + 1] = "  " .. room.name .. about .. " (" .. people .. (people == 1 and " person)" or " people)")
    end
  end
  if #lines == 0 then return "No room is open. Co-authors can open one on the page." end
  return #lines .. (#lines == 1 and " room is open:\n" or " rooms are open:\n") .. table.concat(lines, "\n")
end
