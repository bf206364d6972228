--- Sets up a first open game and a few finished ones when there are none

local function moment(hours) -- so many hours ago
  return os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() - hours * 3600)
end

local function against_computer(mark, board, winner, hours)
  local me, it = goop.self.label, "Computer"
  local is_x = mark == "X"
  return {
    versus = "computer", board = board, state = winner == "" and "drawn" or "won", winner = winner, resigned = 0,
    x_id = is_x and goop.self.id or "computer", x_name = is_x and me or it,
    o_id = is_x and "computer" or goop.self.id, o_name = is_x and it or me, finished_at = moment(hours),
  }
end

function call()
  return goop.orm("games"):seed({
    against_computer("X", "XOXXOOOXX", "", 50),
    against_computer("O", "XO.OX...X", "X", 49),
    against_computer("X", "OXXXOOOXX", "", 3),
    { versus = "visitor", board = ".........", state = "waiting", x_id = goop.self.id, x_name = goop.self.label },
  })
end
