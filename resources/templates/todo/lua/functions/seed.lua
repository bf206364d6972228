--- Fills the lists when they are empty

local function day(offset) -- a date so many days from today
  return os.date("!%Y-%m-%d", os.time() + offset * 86400)
end

function call()
  local lists, tasks = goop.orm("lists"), goop.orm("tasks")
  local made = lists:seed({
    { name = "Open house on Saturday", position = 0 },
    { name = "Workshop shelf", position = 1 },
    { name = "Someday", position = 2 },
  })
  local ids = lists:pluck("_id", { order = "position, _id", limit = 3 })
  if made ~= 3 then return made end -- the lists are the owner's own: no tasks of ours belong into them

  local owner = goop.self.label
  return made + tasks:seed({
    { list_id = ids[1], position = 0, text = "Print the signs for the gate", due = day(-1), created_by = owner },
    { list_id = ids[1], position = 1, text = "Borrow two folding tables from the choir", due = day(1), created_by = owner },
    { list_id = ids[1], position = 2, text = "Buy lemons, sugar and ice", due = day(3), created_by = owner },
    { list_id = ids[1], position = 3, text = "Ask who can watch the children's corner", created_by = owner },
    { list_id = ids[1], position = 4, text = "Send the invitation to the street", due = day(-4), done = 1, done_by = owner, created_by = owner },
    { list_id = ids[2], position = 0, text = "Sharpen the chisels", due = day(6), created_by = owner },
    { list_id = ids[2], position = 1, text = "Label the screws, every last tin", created_by = owner },
    { list_id = ids[2], position = 2, text = "Return the drill to Ines", due = day(-2), done = 1, done_by = owner, created_by = owner },
    { list_id = ids[3], position = 0, text = "Learn how to graft an apple tree", created_by = owner },
    { list_id = ids[3], position = 1, text = "Walk the whole river path in one day", created_by = owner },
  })
end
