--- Tic-tac-toe against another visitor or the computer
--- @rate_limit 0

-- A board is nine characters, row by row: X, O, or "." for a free cell; cells are numbered 1 to 9. X begins, so whose turn it is follows from
-- the board. A move writes the new board only where the old one still stands: of two moves made at once, one wins and the other is refused.
-- There is no rate limit, since an open game asks for news every few seconds; instead each peer has so many games.

local MAX_UNFINISHED, MAX_PER_HOUR = 10, 60 -- games of one peer
local MAX_NAME = 60 -- bytes
local PAGE = 10 -- finished games
local EMPTY = "........."
local COMPUTER = "computer" -- in the place of a peer id
local LINES = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 }, { 1, 4, 7 }, { 2, 5, 8 }, { 3, 6, 9 }, { 1, 5, 9 }, { 3, 5, 7 } }

local games = nil

local function init()
  if not games then games = goop.orm("games") end
end

-- The rules

local function at(board, cell) return board:sub(cell, cell) end
local function with(board, cell, mark) return board:sub(1, cell - 1) .. mark .. board:sub(cell + 1) end
local function other(mark) return mark == "X" and "O" or "X" end

local function free_cells(board)
  local cells = {}
  for cell = 1, 9 do
    if at(board, cell) == "." then cells[#cells + 1] = cell end
  end
  return cells
end

local function turn_of(board)
  return #free_cells(board) % 2 == 1 and "X" or "O"
end

local function line_of(board) -- mark and cells of three in a row, or nil
  for _, line in ipairs(LINES) do
    local mark = at(board, line[1])
    if mark ~= "." and mark == at(board, line[2]) and mark == at(board, line[3]) then return mark, line end
  end
  return nil
end

-- The computer looks at every game that can follow: 5,478 boards at most, each once.

local function value_of(board, known) -- for whose turn it is: positive when they win, more so when sooner
  local value = known[board]
  if value then return value end
  local free = free_cells(board)
  if line_of(board) then
    value = -1 - #free -- the other one has just won
  elseif #free == 0 then
    value = 0
  else
    local mark = turn_of(board)
    for _, cell in ipairs(free) do
      local found = -value_of(with(board, cell, mark), known)
      if not value or found > value then value = found end
    end
  end
  known[board] = value
  return value
end

local function best_cells(board) -- all that are equally good
  local mark, known, cells, most = turn_of(board), {}, {}, nil
  for _, cell in ipairs(free_cells(board)) do
    local value = -value_of(with(board, cell, mark), known)
    if not most or value > most then cells, most = {}, value end
    if value == most then cells[#cells + 1] = cell end
  end
  return cells
end

local function computer_plays(board)
  local cells = best_cells(board)
  return with(board, cells[math.random(#cells)], turn_of(board))
end

-- Checks: each answers the value, or nil and what is wrong with it

local function whole_of(value, name, most)
  if value == nil then return nil, name .. " is required" end
  if type(value) ~= "number" or value % 1 ~= 0 or value < 1 or value > most then
    return nil, name .. " must be a whole number, 1 " .. (most < 2 ^ 53 and "to " .. most or "or more")
  end
  return value
end

local function game_of(value)
  local id, problem = whole_of(value, "id", 2 ^ 53)
  if not id then return nil, problem end
  local game = games:find_one({ where = "_id = ?", args = { id } })
  if not game then return nil, "game not found" end
  return game
end

local function choice_of(value, name, first, second)
  if value == nil then return first end
  if value ~= first and value ~= second then return nil, name .. " must be " .. first .. " or " .. second end
  return value
end

local function my_mark(game) -- "X", "O", or "" for who only watches
  if game.x_id == goop.peer.id then return "X" end
  if game.o_id == goop.peer.id then return "O" end
  return ""
end

local function my_name()
  local name = (goop.peer.label or ""):gsub("%c", " ")
  if #name > MAX_NAME then name = name:sub(1, MAX_NAME):gsub("[\192-\255][\128-\191]*$", "") end -- not inside a character
  return name
end

-- What goes out: no row leaves as it is stored, since it also holds an email

local function shown(game)
  local you, _, line = my_mark(game), line_of(game.board)
  local turn = game.state == "playing" and turn_of(game.board) or ""
  return {
    _id = game._id, versus = game.versus, x_name = game.x_name, o_name = game.o_name, board = game.board, state = game.state, turn = turn,
    winner = game.winner, resigned = game.resigned == 1, line = line or {}, you = you, my_turn = you ~= "" and turn == you,
    can_join = game.state == "waiting" and you == "", created_at = game._created_at, finished_at = game.finished_at or "",
  }
end

local function all_shown(rows)
  local found = {}
  for place, game in ipairs(rows) do found[place] = shown(game) end
  return found
end

local function now_shown(id)
  local game = games:find_one({ where = "_id = ?", args = { id } })
  if not game then return { error = "game not found" } end
  return { game = shown(game) }
end

-- Reading

local MINE = "(x_id = ? OR o_id = ?)"

local function list()
  local me = goop.peer.id
  return {
    open = all_shown(games:find({ where = "state = 'waiting' AND NOT " .. MINE, args = { me, me }, order = "_id DESC", limit = 30 })),
    mine = all_shown(games:find({ where = "state IN ('waiting', 'playing') AND " .. MINE, args = { me, me }, order = "_id DESC" })),
    you = { name = my_name(), is_owner = me == goop.self.id },
  }
end

local function get(params)
  local game, problem = game_of(params.id)
  if not game then return { error = problem } end
  return { game = shown(game) }
end

local function history(params)
  local page, problem = whole_of(params.page == nil and 1 or params.page, "page", 2 ^ 53)
  if not page then return { error = problem } end
  local finished = "state IN ('won', 'drawn')"
  local pages = math.max(1, math.ceil(games:count({ where = finished }) / PAGE))
  page = math.min(page, pages)
  local rows = games:find({ where = finished, order = "finished_at DESC, _id DESC", limit = PAGE, offset = (page - 1) * PAGE })
  return { games = all_shown(rows), page = page, pages = pages }
end

local function add_scores(players, mark)
  local side = mark:lower()
  local rows = games:aggregate(
    side .. "_id AS id, " .. side .. "_name AS name, MAX(_id) AS last, SUM(winner = '" .. mark .. "') AS won, "
      .. "SUM(winner = '" .. other(mark) .. "') AS lost, SUM(state = 'drawn') AS drawn",
    { where = "state IN ('won', 'drawn')", group_by = side .. "_id" })
  for _, row in ipairs(rows) do
    local player = players[row.id] or { won = 0, lost = 0, drawn = 0, last = 0 }
    if row.last > player.last then player.name, player.last = row.name, row.last end -- as they call themselves today
    player.won, player.lost, player.drawn = player.won + row.won, player.lost + row.lost, player.drawn + row.drawn
    players[row.id] = player
  end
end

local function scores()
  local players, table_of_scores = {}, {}
  add_scores(players, "X")
  add_scores(players, "O")
  for id, player in pairs(players) do
    table.insert(table_of_scores, {
      name = player.name, won = player.won, lost = player.lost, drawn = player.drawn, games = player.won + player.lost + player.drawn,
      you = id == goop.peer.id, last = player.last,
    })
  end
  table.sort(table_of_scores, function(a, b)
    if a.won ~= b.won then return a.won > b.won end
    if a.lost ~= b.lost then return a.lost < b.lost end
    if a.drawn ~= b.drawn then return a.drawn > b.drawn end
    if a.last ~= b.last then return a.last < b.last end
    return a.name < b.name -- two whose last game was against each other
  end)
  local best = {}
  for place = 1, math.min(50, #table_of_scores) do
    best[place] = table_of_scores[place]
    best[place].last = nil
  end
  return { scores = best }
end

-- Playing

local function too_many()
  local me = goop.peer.id
  if games:count({ where = "state IN ('waiting', 'playing') AND " .. MINE, args = { me, me } }) >= MAX_UNFINISHED then
    return "you have " .. MAX_UNFINISHED .. " unfinished games: finish one first"
  end
  local begun = games:count({ where = "_owner = ? AND _created_at > datetime('now', '-1 hour')", args = { me } })
  if begun >= MAX_PER_HOUR then return "you began " .. MAX_PER_HOUR .. " games within an hour: take a break" end
  return nil
end

local function new(params)
  local versus, wrong_versus = choice_of(params.versus, "versus", "visitor", "computer")
  if not versus then return { error = wrong_versus } end
  local mark, wrong_mark = choice_of(params.mark, "mark", "X", "O")
  if not mark then return { error = wrong_mark } end
  local refused = too_many()
  if refused then return { error = refused } end
  local mine, theirs = mark:lower(), other(mark):lower()
  local game = { versus = versus, board = EMPTY, state = "waiting", x_id = "", x_name = "", o_id = "", o_name = "" }
  game[mine .. "_id"], game[mine .. "_name"] = goop.peer.id, my_name()
  if versus == "computer" then
    game.state, game[theirs .. "_id"], game[theirs .. "_name"] = "playing", COMPUTER, "Computer"
    if mark == "O" then game.board = computer_plays(EMPTY) end
  end
  local id, problem = games:insert(game)
  if not id then return { error = problem } end
  return now_shown(id)
end

local function join(params)
  local game, problem = game_of(params.id)
  if not game then return { error = problem } end
  if my_mark(game) ~= "" then return { error = "you cannot play against yourself" } end
  if game.state ~= "waiting" then return { error = "somebody has joined already" } end
  local refused = too_many()
  if refused then return { error = refused } end
  local free = game.x_id == "" and "x" or "o"
  local changed = games:update_where({ state = "playing", [free .. "_id"] = goop.peer.id, [free .. "_name"] = my_name() },
    { where = "_id = ? AND state = 'waiting'", args = { game._id } })
  if changed == 0 then return { error = "somebody has joined already" } end
  return now_shown(game._id)
end

local function player_of(value) -- the game, and the caller's mark in it
  local game, problem = game_of(value)
  if not game then return nil, problem end
  local mark = my_mark(game)
  if mark == "" then return nil, "you do not play in this game" end
  if game.state == "waiting" then return nil, "nobody has joined yet" end
  if game.state ~= "playing" then return nil, "the game is over" end
  return game, mark
end

local function outcome_of(board) -- what to write when the board looks like this
  local winner = line_of(board)
  local state = winner and "won" or #free_cells(board) == 0 and "drawn" or "playing"
  local values = { board = board, state = state, winner = winner or "" }
  if state ~= "playing" then values.finished_at = os.date("!%Y-%m-%dT%H:%M:%SZ") end
  return values
end

local function move(params)
  local game, mark = player_of(params.id)
  if not game then return { error = mark } end
  local cell, problem = whole_of(params.cell, "cell", 9)
  if not cell then return { error = problem } end
  if turn_of(game.board) ~= mark then return { error = "it is not your turn" } end
  if at(game.board, cell) ~= "." then return { error = "cell " .. cell .. " is taken" } end
  local values = outcome_of(with(game.board, cell, mark))
  if values.state == "playing" and game.versus == "computer" then values = outcome_of(computer_plays(values.board)) end
  local changed = games:update_where(values,
    { where = "_id = ? AND board = ? AND state = 'playing'", args = { game._id, game.board } })
  if changed == 0 then return { error = "the game has moved on: look again" } end
  return now_shown(game._id)
end

local function resign(params)
  local game, mark = player_of(params.id)
  if not game then return { error = mark } end
  local changed = games:update_where(
    { state = "won", winner = other(mark), resigned = 1, finished_at = os.date("!%Y-%m-%dT%H:%M:%SZ") },
    { where = "_id = ? AND state = 'playing'", args = { game._id } })
  if changed == 0 then return { error = "the game is over" } end
  return now_shown(game._id)
end

local function cancel(params)
  local game, problem = game_of(params.id)
  if not game then return { error = problem } end
  if my_mark(game) == "" then return { error = "you do not play in this game" } end
  local changed = games:delete_where({ where = "_id = ? AND state = 'waiting'", args = { game._id } })
  if changed == 0 then return { error = "somebody has joined already: resign instead" } end
  return { status = "cancelled" }
end

local function delete(params)
  local game, problem = game_of(params.id)
  if not game then return { error = problem } end
  games:delete(game._id)
  return { status = "deleted" }
end

local function i(fn)
  return function(params)
    init()
    return fn(params)
  end
end

local dispatch = goop.route({
  list = i(list),
  get = i(get),
  history = i(history),
  scores = i(scores),
  new = i(new),
  join = i(join),
  move = i(move),
  resign = i(resign),
  cancel = i(cancel),
  delete = goop.owner(i(delete)),
})

function call(request) return dispatch(request) end
