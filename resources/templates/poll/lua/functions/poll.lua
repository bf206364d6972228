--- Polls: everybody votes once and may change their mind, the owner asks, opens, closes and reads the votes
--- @rate_limit 120

-- The table "votes" takes rows from any page (see "access" in its schema), so a row there is only a claim. What counts is decided by the
-- tally: the newest row of each peer (_owner is not theirs to choose), for an option of that poll, made while the poll was open, and with an
-- email when the manifest asks for one. "sealed" is the highest vote that a closed poll counts; later rows are swept out when it opens again.

local MAX_POLLS, MAX_OPTIONS = 200, 12
local MAX_QUESTION, MAX_NOTE, MAX_LABEL, MAX_NAME = 200, 1000, 100, 60 -- characters
local RESULTS = { always = true, voted = true, closed = true, never = true }

local polls, options, votes = nil, nil, nil

local function init()
  if not polls then polls, options, votes = goop.orm("polls"), goop.orm("options"), goop.orm("votes") end
end

local function is_owner() return goop.peer.id == goop.self.id end

local function with_email(fn)
  return function(params)
    if goop.template.require_email and (goop.peer.email or "") == "" and not is_owner() then
      return { error = "an email address is required here: add yours to your profile, then come back" }
    end
    return fn(params)
  end
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

local function line_of(value, name, most)
  local text, problem = text_of(value, name, most)
  if not text then return nil, problem end
  if text == "" then return nil, name .. " is required" end
  return (text:gsub("%c", " "))
end

local function whole_of(value, name)
  if value == nil then return nil, name .. " is required" end
  if type(value) ~= "number" or value % 1 ~= 0 or value < 1 or value > 2 ^ 53 then
    return nil, name .. " must be a whole number, 1 or more"
  end
  return value
end

local function poll_of(value) -- one that the caller may know of
  local id, problem = whole_of(value, "id")
  if not id then return nil, problem end
  local poll = polls:find_one({ where = "_id = ?", args = { id } })
  if not poll or (poll.state == "draft" and not is_owner()) then return nil, "poll not found" end
  return poll
end

local function labels_of(value)
  if type(value) ~= "table" then return nil, "options must be a list of 2 to " .. MAX_OPTIONS .. " texts" end
  local keys = 0
  for _ in pairs(value) do keys = keys + 1 end
  if keys ~= #value or keys < 2 or keys > MAX_OPTIONS then
    return nil, "options must be a list of 2 to " .. MAX_OPTIONS .. " texts"
  end
  local labels, seen = {}, {}
  for at, one in ipairs(value) do
    local label, problem = line_of(one, "option " .. at, MAX_LABEL)
    if not label then return nil, problem end
    if seen[label:lower()] then return nil, "option " .. at .. " appears twice: " .. label end
    seen[label:lower()] = true
    labels[at] = label
  end
  return labels
end

local function results_of(value)
  if value == nil then return "voted" end
  if type(value) ~= "string" or not RESULTS[value] then return nil, "results must be always, voted, closed or never" end
  return value
end

-- Counting

local COUNTED = [[_id IN (
  SELECT MAX(v._id) FROM votes v JOIN polls p ON p._id = v.poll_id JOIN options o ON o._id = v.option_id AND o.poll_id = v.poll_id
  WHERE (p.state = 'open' OR (p.state = 'closed' AND v._id <= p.sealed)) AND (? = 0 OR v._owner_email <> '' OR v._owner = ?)
  GROUP BY v.poll_id, v._owner)]]

local function counted(condition, ...) -- the condition is ours, its values may be anybody's
  return {
    where = COUNTED .. " AND " .. condition, args = { goop.template.require_email and 1 or 0, goop.self.id, ... },
  }
end

local function tally(condition, ...) -- option -> votes
  local query, found = counted(condition, ...), {}
  query.group_by = "option_id"
  for _, row in ipairs(votes:aggregate("option_id, COUNT(*) AS n", query)) do found[row.option_id] = row.n end
  return found
end

local function my_choices() -- poll -> option
  local found = {}
  for _, row in ipairs(votes:find(counted("_owner = ?", goop.peer.id))) do found[row.poll_id] = row.option_id end
  return found
end

local function options_by_poll(opts)
  local found = {}
  opts.order = "poll_id, position, _id"
  for _, row in ipairs(options:find(opts)) do
    found[row.poll_id] = found[row.poll_id] or {}
    table.insert(found[row.poll_id], row)
  end
  return found
end

-- What goes out

local function shows_results(poll, choice)
  if is_owner() or poll.results == "always" then return true end
  if poll.results == "never" then return false end
  return poll.state == "closed" or (poll.results == "voted" and choice ~= nil)
end

local function shown(poll, rows, counts, choice)
  local answer = {
    _id = poll._id, question = poll.question, note = poll.note, state = poll.state, results = poll.results, options = {},
    opened_at = poll.opened_at or "", closed_at = poll.closed_at or "", choice = choice, shows_results = shows_results(poll, choice),
  }
  local total = 0
  for at, row in ipairs(rows or {}) do
    local n = counts[row._id] or 0
    total = total + n
    answer.options[at] = { _id = row._id, label = row.label, votes = answer.shows_results and n or nil }
  end
  if answer.shows_results then answer.total = total end
  return answer
end

local function one(poll)
  local rows = options_by_poll({ where = "poll_id = ?", args = { poll._id } })
  return { poll = shown(poll, rows[poll._id], tally("poll_id = ?", poll._id), my_choices()[poll._id]) }
end

-- Everybody

local function list()
  local rows = polls:find({
    where = is_owner() and "1 = 1" or "state <> 'draft'",
    order = "CASE state WHEN 'open' THEN 0 WHEN 'draft' THEN 1 ELSE 2 END, COALESCE(closed_at, opened_at) DESC, _id DESC",
  })
  local choices, counts, found = options_by_poll({}), tally("1 = 1"), {}
  local mine = my_choices()
  for at, poll in ipairs(rows) do found[at] = shown(poll, choices[poll._id], counts, mine[poll._id]) end
  return { polls = found, you = { is_owner = is_owner(), name = goop.peer.label } }
end

local function get(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  return one(poll)
end

local function vote(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  local option_id, wrong_option = whole_of(params.option_id, "option_id")
  if not option_id then return { error = wrong_option } end
  if poll.state ~= "open" then return { error = "the poll is not open" } end
  if not options:exists({ where = "_id = ? AND poll_id = ?", args = { option_id, poll._id } }) then
    return { error = "this poll has no such option" }
  end
  local name = (goop.peer.label or ""):sub(1, 4 * MAX_NAME):match("^[^%c]*")
  local id, refused = votes:insert({ poll_id = poll._id, option_id = option_id, voter_name = name })
  if not id then return { error = refused } end
  -- The owner may have closed the poll in this very moment: then the vote came too late, and the earlier one stands.
  if not polls:exists({ where = "_id = ? AND (state = 'open' OR sealed >= ?)", args = { poll._id, id } }) then
    votes:delete(id)
    return { error = "the poll is not open" }
  end
  votes:delete_where({ where = "poll_id = ? AND _owner = ? AND _id < ?", args = { poll._id, goop.peer.id, id } })
  return one(poll)
end

local function unvote(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  if poll.state ~= "open" then return { error = "the poll is not open" } end
  local removed = votes:delete_where({
    where = "poll_id = ? AND _owner = ? AND EXISTS (SELECT 1 FROM polls p WHERE p._id = votes.poll_id AND p.state = 'open')",
    args = { poll._id, goop.peer.id },
  })
  if removed == 0 then return { error = "you have not voted" } end
  return one(poll)
end

-- The owner

local function insert_options(poll_id, labels)
  for at, label in ipairs(labels) do
    local id, problem = options:insert({ poll_id = poll_id, label = label, position = at })
    if not id then return nil, problem end
  end
  return true
end

local function checked(params) -- question, note, labels and results of a new or changed poll
  local question, wrong_question = line_of(params.question, "question", MAX_QUESTION)
  if not question then return nil, wrong_question end
  local note, wrong_note = text_of(params.note, "note", MAX_NOTE)
  if not note then return nil, wrong_note end
  local labels, wrong_labels = labels_of(params.options)
  if not labels then return nil, wrong_labels end
  local results, wrong_results = results_of(params.results)
  if not results then return nil, wrong_results end
  return { question = question, note = note, results = results }, nil, labels
end

local function start(poll)
  votes:delete_where({ where = "poll_id = ? AND _id > ?", args = { poll._id, poll.sealed } })
  local changed = polls:update_where(
    { state = "open", opened_at = os.date("!%Y-%m-%dT%H:%M:%SZ"), closed_at = goop.expr("NULL") },
    { where = "_id = ? AND state <> 'open'", args = { poll._id } })
  return changed == 1
end

local function create(params)
  if params.open ~= nil and type(params.open) ~= "boolean" then return { error = "open must be true or false" } end
  local values, problem, labels = checked(params)
  if not values then return { error = problem } end
  if polls:count() >= MAX_POLLS then return { error = "there are " .. MAX_POLLS .. " polls already: delete an old one first" } end
  values.state, values.sealed = "draft", 0
  local id, refused = polls:insert(values)
  if not id then return { error = refused } end
  local complete, wrong_option = insert_options(id, labels)
  if not complete then
    options:delete_where({ where = "poll_id = ?", args = { id } })
    polls:delete(id)
    return { error = wrong_option }
  end
  if params.open then start({ _id = id, sealed = 0 }) end
  return { id = id, state = params.open and "open" or "draft" }
end

local function edit(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  if poll.state ~= "draft" then return { error = "only a draft can be edited: people may have voted on it as it was" } end
  local values, wrong, labels = checked(params)
  if not values then return { error = wrong } end
  local last = options:aggregate("COALESCE(MAX(_id), 0) AS id", { where = "poll_id = ?", args = { poll._id } })[1].id
  local complete, wrong_option = insert_options(poll._id, labels)
  if not complete then
    options:delete_where({ where = "poll_id = ? AND _id > ?", args = { poll._id, last } })
    return { error = wrong_option }
  end
  options:delete_where({ where = "poll_id = ? AND _id <= ?", args = { poll._id, last } })
  polls:update(poll._id, values)
  return { status = "saved" }
end

local function set_results(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  if params.results == nil then return { error = "results is required" } end
  local results, wrong = results_of(params.results)
  if not results then return { error = wrong } end
  polls:update(poll._id, { results = results })
  return { status = "saved" }
end

local function open(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  if poll.state == "open" or not start(poll) then return { error = "the poll is open already" } end
  return { status = "open" }
end

local function close(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  -- In one statement, so that no vote falls between the closing and the seal.
  local changed = polls:update_where({
    state = "closed", closed_at = os.date("!%Y-%m-%dT%H:%M:%SZ"),
    sealed = goop.expr("(SELECT COALESCE(MAX(v._id), 0) FROM votes v WHERE v.poll_id = polls._id)"),
  }, { where = "_id = ? AND state = 'open'", args = { poll._id } })
  if changed == 0 then return { error = "the poll is not open" } end
  return { status = "closed" }
end

local function delete(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  polls:delete(poll._id)
  options:delete_where({ where = "poll_id = ?", args = { poll._id } })
  local removed = votes:delete_where({ where = "poll_id = ?", args = { poll._id } })
  return { status = "deleted", votes = removed }
end

local function detailed(params)
  local poll, problem = poll_of(params.id)
  if not poll then return { error = problem } end
  local labels, found = {}, {}
  for _, row in ipairs(options:find({ where = "poll_id = ?", args = { poll._id } })) do labels[row._id] = row.label end
  local query = counted("poll_id = ?", poll._id)
  query.order = "_id"
  for at, row in ipairs(votes:find(query)) do
    found[at] = {
      peer_id = row._owner, name = row.voter_name, email = row._owner_email, option_id = row.option_id, option = labels[row.option_id],
      voted_at = row._created_at,
    }
  end
  return { question = poll.question, votes = found }
end

local function i(fn)
  return function(params)
    init()
    return fn(params)
  end
end

local dispatch = goop.route({
  list = with_email(i(list)),
  get = with_email(i(get)),
  vote = with_email(i(vote)),
  unvote = with_email(i(unvote)),
  create = goop.owner(i(create)),
  edit = goop.owner(i(edit)),
  set_results = goop.owner(i(set_results)),
  open = goop.owner(i(open)),
  close = goop.owner(i(close)),
  delete = goop.owner(i(delete)),
  votes = goop.owner(i(detailed)),
})

function call(request) return dispatch(request) end
