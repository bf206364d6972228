--- The garden's to-do list
--- @rate_limit 0

local tasks = nil

local function init()
  if not tasks then tasks = goop.orm("tasks") end
end

local function list()
  return { tasks = tasks:find({ order = "done, position" }) }
end

local function add(params)
  if not params.text or params.text == "" then
    return { error = "text required" }
  end
  local last = tasks:aggregate("COALESCE(MAX(position), -1) AS v")
  local id, problem = tasks:insert({
    text = params.text,
    kind = params.kind,
    due = params.due,
    position = last[1].v + 1,
    created_by = goop.peer.label,
  })
  if not id then return { error = problem } end
  goop.log.info("task " .. tostring(id) .. " added by " .. goop.peer.label)
  return { id = id }
end

local function toggle(params)
  if not params.id then return { error = "id required" } end
  local row = tasks:find_one({ where = "_id = ?", args = { params.id }, fields = { "done" } })
  if not row then return { error = "not found" } end
  tasks:update(params.id, { done = row.done == 0 and 1 or 0 })
  return { status = "toggled" }
end

local function delete(params)
  if not params.id then return { error = "id required" } end
  tasks:delete(params.id)
  goop.log.warn("task " .. tostring(params.id) .. " deleted")
  return { status = "deleted" }
end

local function ready(f)
  return function(params)
    init()
    return f(params)
  end
end

local dispatch = goop.route({
  list = ready(list),
  add = ready(add),
  toggle = ready(toggle),
  delete = goop.owner(ready(delete)),
})

function call(request) return dispatch(request) end
