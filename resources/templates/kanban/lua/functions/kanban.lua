--- The board: the owner manages columns, co-authors manage cards, everybody reads
--- @rate_limit 120

-- Pages reach the tables through this script only (see "access" in schemas/): what it allows is the policy.

local MAX_COLUMNS, MAX_CARDS = 12, 200 -- columns; cards in one column
local MAX_NAME, MAX_TITLE, MAX_NOTE = 40, 200, 4000 -- characters
local WRITERS = { owner = true, coauthor = true }
local COLORS = { slate = true, blue = true, amber = true, green = true, rose = true, violet = true }
local DEFAULTS = { title = "Board", subtitle = "" }

local columns, cards, config = nil, nil, nil

local function init()
  if not columns then
    columns, cards, config = goop.orm("columns"), goop.orm("cards"), goop.config("config", DEFAULTS)
  end
end

-- Checks: each answers the value, or nil and what is wrong with it

local function is_longer(text, most) -- in characters of UTF-8: bytes that continue one do not count
  if #text <= most then return false end
  local count = 0
  for at = 1, #text do
    local byte = text:byte(at)
    if byte < 128 or byte > 191 then count = count + 1 end
    if count > most then return true end
  end
  return false
end

local function text_of(value, name, most)
  if value == nil then return "" end
  if type(value) ~= "string" then return nil, name .. " must be text" end
  if is_longer(value, most) then return nil, name .. " must be at most " .. most .. " characters" end
  return value
end

local function line_of(value, name, most)
  local text, problem = text_of(value, name, most)
  if not text then return nil, problem end
  local line = text:gsub("%c", " "):gsub("^%s+", ""):gsub("%s+$", "")
  if line == "" then return nil, name .. " is required" end
  return line
end

local function whole_of(value, name, least)
  if value == nil then return nil, name .. " is required" end
  if type(value) ~= "number" or value % 1 ~= 0 or value < least or value > 2 ^ 53 then
    return nil, name .. " must be a whole number, " .. least .. " or more"
  end
  return value
end

local function row_of(tbl, value, name, what)
  local id, problem = whole_of(value, name, 1)
  if not id then return nil, problem end
  local row = tbl:find_one({ where = "_id = ?", args = { id } })
  if not row then return nil, what .. " not found" end
  return row
end

local function column_of(value, name) return row_of(columns, value, name, "column") end
local function card_of(value) return row_of(cards, value, "id", "card") end

-- Who may what

local function may_write()
  return WRITERS[goop.group.member.role()] == true
end

local function writers(fn)
  return function(params)
    if not may_write() then return { error = "only co-authors can do this" } end
    return fn(params)
  end
end

local function is_mine(card)
  return goop.group.member.role() == "owner" or card._owner == goop.group.member.id
end

local function people() -- who can be given a card: the owner and the co-authors of this board's own group
  local found = {}
  for _, group in ipairs(goop.group.list()) do
    if group.group_type == "template" and group.name == goop.template.name .. " Co-authors" then
      for _, member in ipairs(goop.group.members(group.id)) do
        if WRITERS[member.role] then found[#found + 1] = { peer_id = member.peer_id, name = member.name } end
      end
    end
  end
  return found
end

-- Positions: the cards of a column, and the columns, stand at 0, 1, 2, ... without a gap

local function close_gap(tbl, where, args, place) -- those behind a place that is left move up
  args[#args + 1] = place
  tbl:update_where({ position = goop.expr("position - 1") }, { where = where .. " AND position > ?", args = args })
end

local function open_gap(tbl, where, args, place) -- those at and behind a place that is taken move down
  args[#args + 1] = place
  tbl:update_where({ position = goop.expr("position + 1") }, { where = where .. " AND position >= ?", args = args })
end

-- Two people may move cards in the same moment; then two cards claim one place, and the next of them here puts that right.
local function mend(tbl, where, args)
  local seen = tbl:aggregate("COUNT(*) AS n, COUNT(DISTINCT position) AS places, MIN(position) AS low, MAX(position) AS high",
    { where = where, args = args })[1]
  if seen.n == 0 or (seen.places == seen.n and seen.low == 0 and seen.high == seen.n - 1) then return end
  local rows = tbl:find({ where = where, args = args, order = "position, _id", fields = { "_id", "position" } })
  for at, row in ipairs(rows) do
    if row.position ~= at - 1 then tbl:update(row._id, { position = at - 1 }) end
  end
end

local function mend_cards(column_id) mend(cards, "column_id = ?", { column_id }) end
local function mend_columns() mend(columns, "1 = 1") end

local function count_cards(column_id)
  return cards:count({ where = "column_id = ?", args = { column_id } })
end

-- The whole board, for one load of the page

local function board()
  local by_id = {}
  local shown = columns:find({ order = "position, _id", fields = { "_id", "name", "position", "color" } })
  for _, column in ipairs(shown) do
    column.cards = {}
    by_id[column._id] = column
  end
  for _, card in ipairs(cards:find({ order = "position, _id" })) do
    local column = by_id[card.column_id]
    if column then
      column.cards[#column.cards + 1] = {
        _id = card._id, title = card.title, note = card.note, position = card.position, assignee = card.assignee,
        assignee_name = card.assignee_name, created_by = card.created_by, mine = may_write() and is_mine(card),
      }
    end
  end
  local role = goop.group.member.role()
  return {
    title = config.title, subtitle = config.subtitle, columns = shown, people = may_write() and people() or {},
    you = { id = goop.group.member.id, role = role, can_write = may_write(), is_owner = role == "owner" },
  }
end

-- Columns

local function color_of(value)
  if value == nil then return "slate" end
  if type(value) ~= "string" or not COLORS[value] then return nil, "color must be slate, blue, amber, green, rose or violet" end
  return value
end

local function add_column(params)
  local name, problem = line_of(params.name, "name", MAX_NAME)
  if not name then return { error = problem } end
  local color, wrong_color = color_of(params.color)
  if not color then return { error = wrong_color } end
  local place = columns:count()
  if place >= MAX_COLUMNS then return { error = "the board is full: it has " .. MAX_COLUMNS .. " columns" } end
  local id, refused = columns:insert({ name = name, color = color, position = place })
  if not id then return { error = refused } end
  mend_columns()
  return { id = id }
end

local function rename_column(params)
  local column, problem = column_of(params.id, "id")
  if not column then return { error = problem } end
  local name, wrong_name = line_of(params.name, "name", MAX_NAME)
  if not name then return { error = wrong_name } end
  local color, wrong_color = color_of(params.color == nil and column.color or params.color)
  if not color then return { error = wrong_color } end
  columns:update(column._id, { name = name, color = color })
  return { status = "renamed" }
end

local function move_column(params)
  local column, problem = column_of(params.id, "id")
  if not column then return { error = problem } end
  local place, wrong_place = whole_of(params.position, "position", 0)
  if not place then return { error = wrong_place } end
  place = math.min(place, columns:count() - 1)
  close_gap(columns, "_id <> ?", { column._id }, column.position)
  open_gap(columns, "_id <> ?", { column._id }, place)
  columns:update(column._id, { position = place })
  mend_columns()
  return { status = "moved", position = place }
end

local function hand_over(column, target, count) -- the cards of a column go to the end of another one
  local behind = count_cards(target._id)
  if behind + count > MAX_CARDS then return "the other column is full: a column has at most " .. MAX_CARDS .. " cards" end
  -- The number is our own count, never a visitor's: SQL text may be made of it.
  cards:update_where({ column_id = target._id, position = goop.expr(string.format("position + %d", behind)) },
    { where = "column_id = ?", args = { column._id } })
  mend_cards(target._id)
end

local function delete_column(params)
  local column, problem = column_of(params.id, "id")
  if not column then return { error = problem } end
  local count = count_cards(column._id)
  if count > 0 and params.move_to == nil then
    return { error = "the column still has " .. count .. (count == 1 and " card" or " cards") .. ": say in move_to which column takes them" }
  end
  if params.move_to ~= nil then
    local target, wrong_target = column_of(params.move_to, "move_to")
    if not target then return { error = wrong_target } end
    if target._id == column._id then return { error = "move_to must be another column" } end
    local refused = hand_over(column, target, count)
    if refused then return { error = refused } end
  end
  columns:delete(column._id)
  mend_columns()
  return { status = "deleted", moved = count }
end

-- Cards

local function add_card(params)
  local column, problem = column_of(params.column_id, "column_id")
  if not column then return { error = problem } end
  local title, wrong_title = line_of(params.title, "title", MAX_TITLE)
  if not title then return { error = wrong_title } end
  local note, wrong_note = text_of(params.note, "note", MAX_NOTE)
  if not note then return { error = wrong_note } end
  local last = count_cards(column._id)
  if last >= MAX_CARDS then return { error = "the column is full: it has " .. MAX_CARDS .. " cards" } end
  local place, wrong_place = whole_of(params.position == nil and last or params.position, "position", 0)
  if not place then return { error = wrong_place } end
  place = math.min(place, last)
  open_gap(cards, "column_id = ?", { column._id }, place)
  local id, refused = cards:insert({
    column_id = column._id, position = place, title = title, note = note, assignee = "", assignee_name = "", created_by = goop.peer.label,
  })
  mend_cards(column._id)
  if not id then return { error = refused } end
  return { id = id, position = place }
end

local function edit_card(params)
  local card, problem = card_of(params.id)
  if not card then return { error = problem } end
  local title, wrong_title = line_of(params.title == nil and card.title or params.title, "title", MAX_TITLE)
  if not title then return { error = wrong_title } end
  local note, wrong_note = text_of(params.note == nil and card.note or params.note, "note", MAX_NOTE)
  if not note then return { error = wrong_note } end
  cards:update(card._id, { title = title, note = note })
  return { status = "saved" }
end

local function move_card(params)
  local card, problem = card_of(params.id)
  if not card then return { error = problem } end
  local column, wrong_column = column_of(params.column_id == nil and card.column_id or params.column_id, "column_id")
  if not column then return { error = wrong_column } end
  local place, wrong_place = whole_of(params.position, "position", 0)
  if not place then return { error = wrong_place } end
  local last = cards:count({ where = "column_id = ? AND _id <> ?", args = { column._id, card._id } })
  if last >= MAX_CARDS then return { error = "the column is full: it has " .. MAX_CARDS .. " cards" } end
  place = math.min(place, last)
  close_gap(cards, "column_id = ? AND _id <> ?", { card.column_id, card._id }, card.position)
  open_gap(cards, "column_id = ? AND _id <> ?", { column._id, card._id }, place)
  cards:update(card._id, { column_id = column._id, position = place })
  mend_cards(column._id)
  if column._id ~= card.column_id then mend_cards(card.column_id) end
  return { status = "moved", column_id = column._id, position = place }
end

local function assign_card(params)
  local card, problem = card_of(params.id)
  if not card then return { error = problem } end
  local peer_id = params.peer_id
  if type(peer_id) ~= "string" then return { error = "peer_id must be a member's id, or empty for nobody" } end
  local name = peer_id == "" and "" or nil
  for _, person in ipairs(peer_id ~= "" and people() or {}) do
    if person.peer_id == peer_id then name = person.name end
  end
  if not name then return { error = "a card can be given to the owner and to co-authors only" } end
  cards:update(card._id, { assignee = peer_id, assignee_name = name })
  return { status = peer_id == "" and "free" or "assigned" }
end

local function delete_card(params)
  local card, problem = card_of(params.id)
  if not card then return { error = problem } end
  if not is_mine(card) then return { error = "only the owner and whoever added the card can do this" } end
  cards:delete(card._id)
  close_gap(cards, "column_id = ?", { card.column_id }, card.position)
  mend_cards(card.column_id)
  return { status = "deleted" }
end

local function save_settings(params)
  local title, problem = line_of(params.title, "title", MAX_NAME)
  if not title then return { error = problem } end
  local subtitle, wrong_subtitle = text_of(params.subtitle, "subtitle", MAX_TITLE)
  if not subtitle then return { error = wrong_subtitle } end
  config:set("title", title)
  config:set("subtitle", subtitle)
  return { status = "saved" }
end

local function i(fn)
  return function(params)
    init()
    return fn(params)
  end
end

local dispatch = goop.route({
  board = i(board),
  add_card = i(writers(add_card)),
  edit_card = i(writers(edit_card)),
  move_card = i(writers(move_card)),
  assign_card = i(writers(assign_card)),
  delete_card = i(writers(delete_card)),
  add_column = goop.owner(i(add_column)),
  rename_column = goop.owner(i(rename_column)),
  move_column = goop.owner(i(move_column)),
  delete_column = goop.owner(i(delete_column)),
  save_settings = goop.owner(i(save_settings)),
})

function call(request) return dispatch(request) end
