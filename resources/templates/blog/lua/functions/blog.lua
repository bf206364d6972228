--- The blog: authors write, editors publish and moderate, everybody reads and comments
--- @rate_limit 120

-- Pages reach the tables through this script only (see "access" in schemas/): what it allows is the policy.
--   owner, editor   everything that is written here; comments; only the owner changes the settings
--   author          their own posts, drafts and published ones
--   anybody         published posts, approved comments, writing a comment

local MAX_TITLE, MAX_SLUG, MAX_BODY, MAX_COMMENT = 150, 80, 40000, 2000 -- characters
local MAX_WAITING = 5 -- comments of one person that nobody has looked at yet
local EXCERPT = 240 -- bytes
local DEFAULTS = { title = "Blog", tagline = "", posts_per_page = "5", moderate_comments = "yes" }
local EDITORS = { owner = true, editor = true }
local AUTHORS = { owner = true, editor = true, author = true }

local posts, comments, config = nil, nil, nil

local function init()
  if not posts then
    posts, comments, config = goop.orm("posts"), goop.orm("comments"), goop.config("config", DEFAULTS)
  end
end

-- Who may what

local function is_editor() return EDITORS[goop.group.member.role()] == true end
local function is_author() return AUTHORS[goop.group.member.role()] == true end
local function is_mine(row) return row._owner == goop.group.member.id end
local function may_change(post) return is_editor() or (is_author() and is_mine(post)) end

local function authors(fn)
  return function(params)
    if not is_author() then return { error = "only authors can do this" } end
    return fn(params)
  end
end

local function editors(fn)
  return function(params)
    if not is_editor() then return { error = "only editors can do this" } end
    return fn(params)
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
  if value == nil then return nil, name .. " is required" end
  if type(value) ~= "string" then return nil, name .. " must be text" end
  if is_longer(value, most) then return nil, name .. " must be at most " .. most .. " characters" end
  if not value:find("%S") then return nil, name .. " is required" end
  return value
end

local function line_of(value, name, most)
  local text, problem = text_of(value, name, most)
  if not text then return nil, problem end
  local line = text:gsub("%c", " "):gsub("^%s+", ""):gsub("%s+$", "")
  if line == "" then return nil, name .. " is required" end
  return line
end

local function whole_of(value, name)
  if value == nil then return nil, name .. " is required" end
  if type(value) ~= "number" or value % 1 ~= 0 or value < 1 or value > 2 ^ 53 then
    return nil, name .. " must be a whole number, 1 or more"
  end
  return value
end

local function post_of(value) -- one that the caller may know of
  local id, problem = whole_of(value, "id")
  if not id then return nil, problem end
  local post = posts:find_one({ where = "_id = ?", args = { id } })
  if not post or (post.state ~= "published" and not may_change(post)) then return nil, "post not found" end
  return post
end

local function own_post_of(value)
  local post, problem = post_of(value)
  if not post then return nil, problem end
  if not may_change(post) then return nil, "only editors and the author of the post can do this" end
  return post
end

-- Slugs: the names of posts in addresses

local function is_taken(slug, id)
  return posts:exists({ where = "slug = ? AND _id <> ?", args = { slug, id or 0 } })
end

local function slug_from(title)
  local slug = title:lower():gsub("[^a-z0-9]+", "-"):sub(1, 60):gsub("^%-+", ""):gsub("%-+$", "")
  if slug == "" then slug = "post" end
  local free, number = slug, 1
  while is_taken(free) do
    number = number + 1
    free = slug .. "-" .. number
  end
  return free
end

local function slug_of(value, id)
  if type(value) ~= "string" or #value > MAX_SLUG or not value:match("^[a-z0-9][a-z0-9%-]*$") then
    return nil, "slug must be small letters, digits and -, at most " .. MAX_SLUG
  end
  if is_taken(value, id) then return nil, "another post has the slug " .. value end
  return value
end

-- What goes out: no row leaves as it is stored, since it also holds the writer's email

local function excerpt_of(body)
  local text = body:sub(1, 4 * EXCERPT):gsub("%s+", " ")
  if #text <= EXCERPT and #body <= 4 * EXCERPT then return text end
  local cut = text:sub(1, EXCERPT)
  local words = cut:gsub("%s%S*$", "")
  if #words < #cut and #words > EXCERPT / 2 then return words .. " …" end
  return cut:gsub("[\192-\255][\128-\191]*$", "") .. " …" -- one long word: cut at the end of a character
end

local function listed(post, counts)
  return {
    _id = post._id, slug = post.slug, title = post.title, excerpt = excerpt_of(post.body), author_name = post.author_name,
    state = post.state, published_at = post.published_at or "", updated_at = post._updated_at, comments = counts[post._id] or 0,
    can_change = may_change(post),
  }
end

local function comment_counts()
  local counts = {}
  for _, row in ipairs(comments:aggregate("post_id, COUNT(*) AS n", { where = "state = 'approved'", group_by = "post_id" })) do
    counts[row.post_id] = row.n
  end
  return counts
end

local function all_listed(rows)
  local counts, found = comment_counts(), {}
  for at, post in ipairs(rows) do found[at] = listed(post, counts) end
  return found
end

local function shown_comment(comment)
  return {
    _id = comment._id, text = comment.text, author_name = comment.author_name, state = comment.state, created_at = comment._created_at,
    can_delete = is_editor() or is_mine(comment),
  }
end

-- Reading

local function per_page()
  local number = tonumber(config.posts_per_page)
  return number and number >= 1 and number <= 50 and math.floor(number) or 5
end

local function home(params)
  local page, problem = whole_of(params.page == nil and 1 or params.page, "page")
  if not page then return { error = problem } end
  local size = per_page()
  local count = posts:count({ where = "state = 'published'" })
  local pages = math.max(1, math.ceil(count / size))
  page = math.min(page, pages)
  local rows = posts:find({
    where = "state = 'published'", order = "published_at DESC, _id DESC", limit = size, offset = (page - 1) * size,
  })
  return {
    title = config.title, tagline = config.tagline, posts_per_page = size, moderate_comments = config.moderate_comments == "yes",
    posts = all_listed(rows), page = page, pages = pages,
    waiting = is_editor() and comments:count({ where = "state = 'pending'" }) or 0,
    you = {
      role = goop.group.member.role(), can_write = is_author(), is_editor = is_editor(), is_owner = goop.group.member.role() == "owner",
    },
  }
end

local function read(params)
  if type(params.slug) ~= "string" or params.slug == "" then return { error = "slug is required" } end
  local post = posts:find_one({ where = "slug = ?", args = { params.slug } })
  if not post or (post.state ~= "published" and not may_change(post)) then return { error = "post not found" } end
  local answer = listed(post, {})
  answer.body, answer.comments = post.body, {}
  for _, comment in ipairs(comments:find({ where = "post_id = ?", args = { post._id }, order = "_id" })) do
    if comment.state == "approved" or is_editor() or is_mine(comment) then
      answer.comments[#answer.comments + 1] = shown_comment(comment)
    end
  end
  return { post = answer }
end

local function drafts()
  local mine = { where = "state = 'draft' AND _owner = ?", args = { goop.group.member.id }, order = "_updated_at DESC, _id DESC" }
  local all = { where = "state = 'draft'", order = "_updated_at DESC, _id DESC" }
  return { posts = all_listed(posts:find(is_editor() and all or mine)) }
end

-- Writing

local function insert_draft(title, body, wanted)
  local slug, problem
  if wanted == nil or wanted == "" then slug = slug_from(title) else slug, problem = slug_of(wanted) end
  if not slug then return { error = problem } end
  local id, refused = posts:insert({ slug = slug, title = title, body = body, state = "draft", author_name = goop.peer.label })
  if not id then return { error = refused } end
  -- Two posts of one title may be written in the same moment: then the later one takes its number into its name.
  if posts:exists({ where = "slug = ? AND _id < ?", args = { slug, id } }) then
    slug = slug .. "-" .. id
    posts:update(id, { slug = slug })
  end
  return { id = id, slug = slug }
end

local function save(params)
  local post, problem
  if params.id ~= nil then
    post, problem = own_post_of(params.id)
    if not post then return { error = problem } end
  end
  local title, wrong_title = line_of(params.title, "title", MAX_TITLE)
  if not title then return { error = wrong_title } end
  local body, wrong_body = text_of(params.body, "body", MAX_BODY)
  if not body then return { error = wrong_body } end
  if not post then return insert_draft(title, body, params.slug) end
  local slug, wrong_slug = post.slug, nil
  if params.slug ~= nil and params.slug ~= "" then slug, wrong_slug = slug_of(params.slug, post._id) end
  if not slug then return { error = wrong_slug } end
  posts:update(post._id, { title = title, body = body, slug = slug })
  return { id = post._id, slug = slug }
end

local function publish(params)
  local post, problem = own_post_of(params.id)
  if not post then return { error = problem } end
  -- A post that is published again keeps its first date.
  posts:update(post._id, { state = "published", published_at = post.published_at or os.date("!%Y-%m-%dT%H:%M:%SZ") })
  return { status = "published", slug = post.slug }
end

local function unpublish(params)
  local post, problem = own_post_of(params.id)
  if not post then return { error = problem } end
  posts:update(post._id, { state = "draft" })
  return { status = "draft" }
end

local function delete(params)
  local post, problem = own_post_of(params.id)
  if not post then return { error = problem } end
  local removed = comments:delete_where({ where = "post_id = ?", args = { post._id } })
  posts:delete(post._id)
  return { status = "deleted", comments = removed }
end

-- Comments

local function comment(params)
  local post, problem = post_of(params.id)
  if not post then return { error = problem } end
  if post.state ~= "published" then return { error = "a draft takes no comments" } end
  local text, wrong_text = text_of(params.text, "text", MAX_COMMENT)
  if not text then return { error = wrong_text } end
  local waits = config.moderate_comments == "yes" and not is_editor()
  if waits and comments:count({ where = "state = 'pending' AND _owner = ?", args = { goop.group.member.id } }) >= MAX_WAITING then
    return { error = "you have " .. MAX_WAITING .. " comments waiting already: an editor must look at them first" }
  end
  local id, refused = comments:insert({
    post_id = post._id, text = text, author_name = goop.peer.label, state = waits and "pending" or "approved",
  })
  if not id then return { error = refused } end
  return { id = id, state = waits and "pending" or "approved" }
end

local function comment_of(value)
  local id, problem = whole_of(value, "id")
  if not id then return nil, problem end
  local found = comments:find_one({ where = "_id = ?", args = { id } })
  if not found or (found.state ~= "approved" and not is_editor() and not is_mine(found)) then return nil, "comment not found" end
  return found
end

local function pending()
  local found = {}
  for at, row in ipairs(comments:find({ where = "state = 'pending'", order = "_id", limit = 100 })) do
    local post = posts:find_one({ where = "_id = ?", args = { row.post_id }, fields = { "title", "slug" } }) or {}
    found[at] = shown_comment(row)
    found[at].post_title, found[at].post_slug = post.title or "", post.slug or ""
  end
  return { comments = found }
end

local function approve_comment(params)
  local found, problem = comment_of(params.id)
  if not found then return { error = problem } end
  comments:update(found._id, { state = "approved" })
  return { status = "approved" }
end

local function delete_comment(params)
  local found, problem = comment_of(params.id)
  if not found then return { error = problem } end
  if not is_editor() and not is_mine(found) then return { error = "only editors and whoever wrote the comment can do this" } end
  comments:delete(found._id)
  return { status = "deleted" }
end

local function save_settings(params)
  local title, problem = line_of(params.title, "title", MAX_TITLE)
  if not title then return { error = problem } end
  local tagline = params.tagline
  if tagline == nil then tagline = "" end
  if tagline ~= "" then
    tagline, problem = line_of(tagline, "tagline", MAX_TITLE)
    if not tagline then return { error = problem } end
  end
  local size = params.posts_per_page
  if type(size) ~= "number" or size % 1 ~= 0 or size < 1 or size > 50 then
    return { error = "posts_per_page must be a whole number from 1 to 50" }
  end
  if type(params.moderate_comments) ~= "boolean" then return { error = "moderate_comments must be true or false" } end
  config:set("title", title)
  config:set("tagline", tagline)
  config:set("posts_per_page", tostring(size))
  config:set("moderate_comments", params.moderate_comments and "yes" or "no")
  return { status = "saved" }
end

local function i(fn)
  return function(params)
    init()
    return fn(params)
  end
end

local dispatch = goop.route({
  home = i(home),
  read = i(read),
  comment = i(comment),
  delete_comment = i(delete_comment),
  drafts = i(authors(drafts)),
  save = i(authors(save)),
  publish = i(authors(publish)),
  unpublish = i(authors(unpublish)),
  delete = i(authors(delete)),
  pending = i(editors(pending)),
  approve_comment = i(editors(approve_comment)),
  save_settings = goop.owner(i(save_settings)),
})

function call(request) return dispatch(request) end
