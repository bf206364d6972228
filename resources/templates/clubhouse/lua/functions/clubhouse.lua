--- Chat rooms: co-authors open them, members join and talk, the owner and whoever opened a room close it
--- @rate_limit 0

-- A room is a chat group of Goop2 and a row in "rooms", which says who opened it. The group is the truth: a row whose group is gone is
-- removed. There is no rate limit, since an open room asks for news every few seconds; instead nobody can say too much at once.
--   owner, coauthor     open rooms
--   members             join, read and write, leave
--   anybody             see which rooms there are

local MAX_ROOMS, MAX_SEATS = 50, 200 -- seats: members besides the owner
local MAX_NAME, MAX_DESCRIPTION, MAX_TEXT = 60, 300, 2000 -- characters
local BURST, BURST_MS = 5, 10000 -- so many messages of one member in so many milliseconds
local CREATORS = { owner = true, coauthor = true }

local rooms = nil

local function init()
  if not rooms then rooms = goop.orm("rooms") end
end

-- Checks: each answers the value, or nil and what is wrong with it

local function characters(text) -- UTF-8: bytes that continue a character do not count
  local _, count = text:gsub("[^\128-\191]", "")
  return count
end

local function text_of(value, name, most)
  if value == nil then return "" end
  if type(value) ~= "string" then return nil, name .. " must be text" end
  if #value > 4 * most or characters(value) > most then return nil, name .. " must be at most " .. most .. " characters" end
  return (value:gsub("^%s+", ""):gsub("%s+$", ""))
end

local function required(value, name, most)
  local text, problem = text_of(value, name, most)
  if not text then return nil, problem end
  if text == "" then return nil, name .. " is required" end
  return text
end

local function line_of(text) return (text:gsub("%c", " ")) end

local function seats_of(value)
  if value == nil then return 0 end
  if type(value) ~= "number" or value % 1 ~= 0 or value < 0 or value > MAX_SEATS then
    return nil, "max_members must be a whole number, 0 (no limit) to " .. MAX_SEATS
  end
  return value
end

-- Rooms and who is in them

local function is_live(group_id)
  for _, group in ipairs(goop.chat.rooms() or {}) do
    if group.id == group_id then return true end
  end
  return false
end

local function room_of(value)
  if value == nil then return nil, "id is required" end
  if type(value) ~= "number" or value % 1 ~= 0 or value < 1 or value > 2 ^ 53 then
    return nil, "id must be a whole number, 1 or more"
  end
  local room = rooms:find_one({ where = "_id = ?", args = { value } })
  if not room or not is_live(room.group_id) then return nil, "room not found" end
  return room
end

local function is_in(room)
  for _, member in ipairs(goop.group.members(room.group_id)) do
    if member.peer_id == goop.peer.id then return true end
  end
  return false
end

local function may_close(room)
  return goop.peer.id == goop.self.id or room.created_by == goop.peer.id
end

local function joined_room_of(value)
  local room, problem = room_of(value)
  if not room then return nil, problem end
  if not is_in(room) then return nil, "join the room first" end
  return room
end

local function members_only(fn)
  return function(params)
    if not goop.group.is_member() then return { error = "only members can do this: ask " .. goop.self.label .. " to add you" } end
    return fn(params)
  end
end

local function creators(fn)
  return function(params)
    if not CREATORS[goop.group.member.role()] then return { error = "only co-authors can open rooms" } end
    return fn(params)
  end
end

local function described(room)
  local joined, people = false, goop.group.members(room.group_id)
  for _, member in ipairs(people) do joined = joined or member.peer_id == goop.peer.id end
  return {
    _id = room._id, name = room.name, description = room.description, created_by_name = room.created_by_name, max_members = room.max_members,
    people = #people, joined = joined, can_close = may_close(room), created_at = room._created_at,
  }
end

-- Reading

local function list()
  -- The rows first: a room that is opened meanwhile must not look like a row without a group.
  local rows, live, found = rooms:find({ order = "_id" }), {}, {}
  for _, group in ipairs(goop.chat.rooms() or {}) do live[group.id] = true end
  for _, room in ipairs(rows) do
    if live[room.group_id] then found[#found + 1] = described(room) else rooms:delete(room._id) end
  end
  local role = goop.group.member.role()
  return {
    rooms = found,
    you = { name = goop.peer.label, role = role, is_member = role ~= "", can_create = CREATORS[role] == true },
  }
end

local function state(params)
  local room, problem = joined_room_of(params.id)
  if not room then return { error = problem } end
  local chat, refused = goop.chat.state(room.group_id)
  if not chat then return { error = refused } end
  local people, messages = {}, {}
  for at, member in ipairs(chat.members) do
    people[at] = { name = member.name, role = member.role, you = member.peer_id == goop.peer.id }
  end
  for at, message in ipairs(chat.messages) do
    messages[at] = {
      id = message.id, from_name = message.from_name, text = message.text, timestamp = message.timestamp,
      mine = message.from == goop.peer.id,
    }
  end
  return { room = described(room), members = people, messages = messages }
end

-- Coming and going

local function create(params)
  local name, wrong_name = required(params.name, "name", MAX_NAME)
  if not name then return { error = wrong_name } end
  name = line_of(name)
  local description, wrong_description = text_of(params.description, "description", MAX_DESCRIPTION)
  if not description then return { error = wrong_description } end
  local seats, wrong_seats = seats_of(params.max_members)
  if not seats then return { error = wrong_seats } end
  if rooms:exists({ where = "name = ? COLLATE NOCASE", args = { name } }) then return { error = "there is a room " .. name .. " already" } end
  if rooms:count() >= MAX_ROOMS then return { error = "there are " .. MAX_ROOMS .. " rooms already: close one first" } end
  local chat, refused = goop.chat.create(name, line_of(description), seats, goop.template.name)
  if not chat then return { error = refused } end
  local id, problem = rooms:insert({
    group_id = chat.id, name = name, description = line_of(description), max_members = seats, created_by = goop.peer.id,
    created_by_name = goop.peer.label,
  })
  if not id then
    goop.chat.close(chat.id)
    return { error = problem }
  end
  if goop.peer.id ~= goop.self.id then goop.group.add(chat.id, goop.peer.id) end
  return { id = id }
end

local function join(params)
  local room, problem = room_of(params.id)
  if not room then return { error = problem } end
  if is_in(room) then return { status = "joined" } end
  local ok, refused = pcall(goop.group.add, room.group_id, goop.peer.id)
  if ok then return { status = "joined" } end
  if tostring(refused):find("full", 1, true) then return { error = "the room is full" } end
  return { error = "you cannot join: " .. tostring(refused) }
end

local function leave(params)
  local room, problem = joined_room_of(params.id)
  if not room then return { error = problem } end
  if goop.peer.id == goop.self.id then return { error = "the owner is in every room: close it instead" } end
  local ok, refused = pcall(goop.group.remove, room.group_id, goop.peer.id)
  if not ok then return { error = "you cannot leave: " .. tostring(refused) } end
  return { status = "left" }
end

local function close(params)
  local room, problem = room_of(params.id)
  if not room then return { error = problem } end
  if not may_close(room) then return { error = "only the owner and whoever opened the room can close it" } end
  local refused = goop.chat.close(room.group_id)
  if refused then return { error = refused } end
  rooms:delete(room._id)
  return { status = "closed" }
end

-- Talking

local function talks_too_fast(messages)
  local last = messages[#messages]
  local now, recent = os.time() * 1000, 0
  if last then now = math.max(now, last.timestamp) end
  for _, message in ipairs(messages) do
    if message.from == goop.peer.id and message.timestamp > now - BURST_MS then recent = recent + 1 end
  end
  return recent >= BURST
end

local function send(params)
  local room, problem = joined_room_of(params.id)
  if not room then return { error = problem } end
  local text, wrong_text = required(params.text, "text", MAX_TEXT)
  if not text then return { error = wrong_text } end
  local chat, refused = goop.chat.state(room.group_id)
  if not chat then return { error = refused } end
  if talks_too_fast(chat.messages) then return { error = "slowly: wait a few seconds before you say more" } end
  local not_sent = goop.chat.send(room.group_id, text)
  if not_sent then return { error = not_sent } end
  return { status = "sent" }
end

-- The owner may close a room elsewhere too (Groups, another script), also after this template's table is gone.
function on_group_close(group_id)
  local table_of_rooms = goop.orm("rooms")
  if not table_of_rooms then return end
  local removed, problem = table_of_rooms:delete_where({ where = "group_id = ?", args = { group_id } })
  if problem then
    goop.log.warn("the row of the closed room could not be removed: " .. tostring(problem)) -- a table "rooms" of another template
  elseif removed > 0 then
    goop.log.info("room closed: " .. group_id)
  end
end

local function i(fn)
  return function(params)
    init()
    return fn(params)
  end
end

local dispatch = goop.route({
  list = i(list),
  state = i(members_only(state)),
  create = i(creators(create)),
  join = i(members_only(join)),
  leave = i(members_only(leave)),
  send = i(members_only(send)),
  close = i(members_only(close)),
})

function call(request) return dispatch(request) end
