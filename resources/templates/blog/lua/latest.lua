--- Tells the newest posts: !latest, or !latest 5

function handle(args)
  local count = args == "" and 3 or tonumber(args)
  if not count or count % 1 ~= 0 or count < 1 or count > 10 then return "Say how many, 1 to 10: !latest 5" end
  local rows = goop.orm("posts"):find({
    where = "state = 'published'", order = "published_at DESC, _id DESC", limit = count,
    fields = { "title", "slug", "author_name", "published_at" },
  })
  if #rows == 0 then return "Nothing is published yet." end
  local lines = {}
  for at, post in ipairs(rows) do
    lines[at] = (post.published_at or ""):sub(1, 10) .. "  " .. post.title .. " (" .. post.author_name .. ")  index.html#" .. post.slug
  end
  return table.concat(lines, "\n")
end
