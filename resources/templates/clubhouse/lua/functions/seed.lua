--- Opens the first rooms when there are none

local ROOMS = {
  { name = "Living room", description = "Everything and nothing. Shoes off, please.",
    messages = { "Welcome! Say hello and tell us where you are reading this from.", "The kettle is on." } },
  { name = "Workbench", description = "What are you making, mending or taking apart?",
    messages = { "I start: a chair with three and a half legs. Ideas?" } },
  { name = "Quiet corner", description = "One recommendation a day: a book, a song, a walk.",
    messages = { "The Summer Book by Tove Jansson. Short chapters, long afternoons." } },
}

function call()
  local rooms = goop.orm("rooms")
  if rooms:count() > 0 then return 0 end
  for _, room in ipairs(ROOMS) do
    local chat = assert(goop.chat.create(room.name, room.description, 0, goop.template.name))
    local id, problem = rooms:insert({
      group_id = chat.id, name = room.name, description = room.description, max_members = 0, created_by = goop.self.id,
      created_by_name = goop.self.label,
    })
    if not id then
      goop.chat.close(chat.id)
      error(problem)
    end
    for _, text in ipairs(room.messages) do goop.chat.send(chat.id, text) end
  end
  return #ROOMS
end
