--- Fills the polls when there are none

local function moment(days) -- so many days ago
  return os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() - days * 86400)
end

local POLLS = {
  {
    question = "When shall the reading circle meet?", note = "From September on, in the back room of the library. The kettle is there.",
    state = "open", results = "voted", opened = 2, options = { "Tuesday, 19:00", "Wednesday, 18:00", "Thursday, 20:00", "Sunday, 11:00" },
  },
  {
    question = "Which book comes first?", note = "Everybody brings their own copy; the library has three of each.",
    state = "open", results = "closed", opened = 1, options = { "The Summer Book", "Stoner", "The Wall", "Piranesi" },
  },
  {
    question = "Where do we go on the summer walk?", note = "We went. It rained. It was lovely.",
    state = "closed", results = "always", opened = 60, closed = 45, choice = 2,
    options = { "Up to the chapel", "Around the lake", "To the old mill" },
  },
  {
    question = "Cake or biscuits at the first evening?", note = "", state = "draft", results = "always",
    options = { "Cake", "Biscuits", "Both, and we carry the consequences" },
  },
}

local function fill(one, id, options, votes)
  local chosen = nil
  for at, label in ipairs(one.options) do
    local option = assert(options:insert({ poll_id = id, label = label, position = at }))
    if at == one.choice then chosen = option end
  end
  if not chosen then return #one.options end
  local vote = assert(votes:insert({ poll_id = id, option_id = chosen, voter_name = goop.self.label }))
  goop.orm("polls"):update(id, { sealed = vote })
  return #one.options + 1
end

function call()
  local polls, options, votes = goop.orm("polls"), goop.orm("options"), goop.orm("votes")
  local rows = {}
  for at, one in ipairs(POLLS) do
    rows[at] = {
      question = one.question, note = one.note, state = one.state, results = one.results, sealed = 0,
      opened_at = one.opened and moment(one.opened), closed_at = one.closed and moment(one.closed),
    }
  end
  local made = polls:seed(rows)
  if made == 0 then return 0 end -- these polls are the owner's own
  local n = made
  for at, row in ipairs(polls:find({ order = "_id" })) do n = n + fill(POLLS[at], row._id, options, votes) end
  return n
end
