--- Shared to-do lists: everybody reads, co-authors add and tick, the owner manages
--- @rate_limit 120

-- Pages reach the tables through this script only (see "access" in schemas/): what it allows is the policy.

local MAX_LISTS, MAX_TASKS = 30, 500 -- lists; tasks in one list
local MAX_NAME, MAX_TEXT = 60, 300 -- characters
local WRITERS = { owner = true, coauthor = true }

local lists, tasks = nil, nil

local function init()
  if not lists then lists, tasks = goop.orm("lists"), goop.orm("tasks") end
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

local function line_of(value, name, most)
  if value == nil or value == "" then return nil, name .. " is required" end
  if type(value) ~= "string" then return nil, name .. " must be text" end
  if is_longer(value, most) then return nil, name .. " must be at most " .. most .. " characters" end
  local line = value:gsub("%c", " "):gsub("^%s+", ""):gsub("%s+$", "")
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

local function date_of(value)
  if value == nil or value == "" then return "" end
  if type(value) ~= "string" then return nil, "due must be a date like 2026-05-31" end
  local year, month, day = value:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if not year or month < 1 or month > 12 then return nil, "due must be a date like 2026-05-31" end
  local days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
  if year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) then days[2] = 29 end
  if day < 1 or day > days[month] then return nil, "due must be a date like 2026-05-31" end
  return value
end

local function row_of(tbl, value, name, what)
  local id, problem = whole_of(value, name, 1)
  if not id then return nil, problem end
  local row = tbl:find_one({ where = "_id = ?", args = { id } })
  if not row then return nil, what .. " not found" end
  return row
end

local function list_of(value, name) return row_of(lists, value, name, "list") end
local function task_of(value) return row_of(tasks, value, "id", "task") end

-- Order: the tasks of a list (and the lists) stand at positions 0, 1, 2, ...

local function mend(tbl, where, args)
  local seen = tbl:aggregate("COUNT(*) AS n, COUNT(DISTINCT position) AS places, MIN(position) AS low, MAX(position) AS high",
    { where = where, args = args })[1]
  if seen.n == 0 or (seen.places == seen.n and seen.low == 0 and seen.high == seen.n - 1) then return end
  local rows = tbl:find({ where = where, args = args, order = "position, _id", fields = { "_id", "position" } })
  for at, row in ipairs(rows) do
    if row.position ~= at - 1 then tbl:update(row._id, { position = at - 1 }) end
  end
end

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

local function is_mine(task)
  return goop.group.member.role() == "owner" or task._owner == goop.group.member.id
end

-- Reading

local function count_by_list()
  local found = {}
  local rows = tasks:aggregate(
    "list_id, COUNT(*) AS total, SUM(done) AS done, COALESCE(SUM(done = 0 AND due < date('now')), 0) AS overdue",
    { group_by = "list_id" })
  for _, row in ipairs(rows) do found[row.list_id] = row end
  return found
end

local function get_lists()
  local rows = lists:find({ order = "position, _id", fields = { "_id", "name", "position" } })
  local counts = count_by_list()
  local totals = { open = 0, done = 0, overdue = 0 }
  for _, list in ipairs(rows) do
    local count = counts[list._id] or { total = 0, done = 0, overdue = 0 }
    list.open, list.done, list.overdue = count.total - count.done, count.done, count.overdue
    for name in pairs(totals) do totals[name] = totals[name] + list[name] end
  end
  local role = goop.group.member.role()
  return { lists = rows, totals = totals, you = { role = role, can_write = may_write(), is_owner = role == "owner" } }
end

local STATES = {
  all = "1 = 1",
  open = "done = 0",
  done = "done = 1",
  overdue = "done = 0 AND due < date('now')",
}

local function get_tasks(params)
  local list, problem = list_of(params.list_id, "list_id")
  if not list then return { error = problem } end
  local state = params.state or "all"
  local condition = type(state) == "string" and STATES[state]
  if not condition then return { error = "state must be all, open, done or overdue" } end
  local rows = tasks:find({ where = "list_id = ? AND " .. condition, args = { list._id }, order = "position, _id" })
  local shown = {}
  for at, task in ipairs(rows) do
    shown[at] = {
      _id = task._id, list_id = task.list_id, text = task.text, due = task.due or "", position = task.position, done = task.done == 1,
      done_by = task.done_by, created_by = task.created_by, mine = may_write() and is_mine(task),
    }
  end
  return { tasks = shown }
end

-- Tasks

local function add(params)
  local list, wrong_list = list_of(params.list_id, "list_id")
  if not list then return { error = wrong_list } end
  local text, wrong_text = line_of(params.text, "text", MAX_TEXT)
  if not text then return { error = wrong_text } end
  local due, wrong_due = date_of(params.due)
  if not due then return { error = wrong_due } end
  local place = tasks:count({ where = "list_id = ?", args = { list._id } })
  if place >= MAX_TASKS then return { error = "the list is full: it has " .. MAX_TASKS .. " tasks" } end
  local id, problem = tasks:insert({
    list_id = list._id, text = text, due = due ~= "" and due or nil, done = 0, done_by = "", position = place,
    created_by = goop.peer.label,
  })
  if not id then return { error = problem } end
  mend(tasks, "list_id = ?", { list._id })
  return { id = id }
end

local function tick(params)
  local task, problem = task_of(params.id)
  if not task then return { error = problem } end
  if type(params.done) ~= "boolean" then return { error = "done must be true or false" } end
  tasks:update(task._id, { done = params.done and 1 or 0, done_by = params.done and goop.peer.label or "" })
  return { status = params.done and "done" or "open" }
end

local function edit(params)
  local task, problem = task_of(params.id)
  if not task then return { error = problem } end
  if not is_mine(task) then return { error = "only the owner and whoever added the task can do this" } end
  local text, wrong_text = line_of(params.text == nil and task.text or params.text, "text", MAX_TEXT)
  if not text then return { error = wrong_text } end
  local due, wrong_due = date_of(params.due == nil and task.due or params.due)
  if not due then return { error = wrong_due } end
  tasks:update(task._id, { text = text, due = due ~= "" and due or goop.expr("NULL") })
  return { status = "saved" }
end

local function delete(params)
  local task, problem = task_of(params.id)
  if not task then return { error = problem } end
  if not is_mine(task) then return { error = "only the owner and whoever added the task can do this" } end
  tasks:delete(task._id)
  mend(tasks, "list_id = ?", { task.list_id })
  return { status = "deleted" }
end

local function move(params)
  local task, problem = task_of(params.id)
  if not task then return { error = problem } end
  local list, wrong_list = list_of(params.list_id == nil and task.list_id or params.list_id, "list_id")
  if not list then return { error = wrong_list } end
  local place, wrong_place = whole_of(params.position, "position", 0)
  if not place then return { error = wrong_place } end
  local others = { where = "list_id = ? AND _id <> ?", args = { list._id, task._id } }
  local last = tasks:count(others)
  if last >= MAX_TASKS then return { error = "the list is full: it has " .. MAX_TASKS .. " tasks" } end
  place = math.min(place, last)
  tasks:update_where({ position = goop.expr("position - 1") },
    { where = "list_id = ? AND position > ?", args = { task.list_id, task.position } })
  tasks:update_where({ position = goop.expr("position + 1") },
    { where = "list_id = ? AND _id <> ? AND position >= ?", args = { list._id, task._id, place } })
  tasks:update(task._id, { list_id = list._id, position = place })
  mend(tasks, "list_id = ?", { task.list_id })
  mend(tasks, "list_id = ?", { list._id })
  return { status = "moved", position = place }
end

local function clear_done(params)
  local list, problem = list_of(params.list_id, "list_id")
  if not list then return { error = problem } end
  local removed = tasks:delete_where({ where = "list_id = ? AND done = 1", args = { list._id } })
  mend(tasks, "list_id = ?", { list._id })
  return { removed = removed }
end

-- Lists

local function add_list(params)
  local name, problem = line_of(params.name, "name", MAX_NAME)
  if not name then return { error = problem } end
  local place = lists:count()
  if place >= MAX_LISTS then return { error = "there are " .. MAX_LISTS .. " lists already" } end
  local id, refused = lists:insert({ name = name, position = place })
  if not id then return { error = refused } end
  mend(lists)
  return { id = id }
end

local function rename_list(params)
  local list, problem = list_of(params.id, "id")
  if not list then return { error = problem } end
  local name, wrong_name = line_of(params.name, "name", MAX_NAME)
  if not name then return { error = wrong_name } end
  lists:update(list._id, { name = name })
  return { status = "renamed" }
end

local function delete_list(params)
  local list, problem = list_of(params.id, "id")
  if not list then return { error = problem } end
  local count = tasks:count({ where = "list_id = ?", args = { list._id } })
  if count > 0 and params.with_tasks ~= true then
    return { error = "the list still has " .. count .. (count == 1 and " task" or " tasks") .. ": say with_tasks = true to delete them too" }
  end
  tasks:delete_where({ where = "list_id = ?", args = { list._id } })
  lists:delete(list._id)
  mend(lists)
  return { status = "deleted", tasks = count }
end

local function i(fn)
  return function(params)
    init()
    return fn(params)
  end
end

local dispatch = goop.route({
  lists = i(get_lists),
  tasks = i(get_tasks),
  add = i(writers(add)),
  tick = i(writers(tick)),
  edit = i(writers(edit)),
  delete = i(writers(delete)),
  move = goop.owner(i(move)),
  clear_done = goop.owner(i(clear_done)),
  add_list = goop.owner(i(add_list)),
  rename_list = goop.owner(i(rename_list)),
  delete_list = goop.owner(i(delete_list)),
})

function call(request) return dispatch(request) end
