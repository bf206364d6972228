--- Tells what this site is
--- @rate_limit 10

function handle()
  local template = goop.template or {}
  local lines = { "This is the site of " .. goop.self.label .. "." }
  if template.name then
    local description = template.description or ""
    lines[#lines + 1] = template.name .. (description ~= "" and ": " .. description or "")
  end
  lines[#lines + 1] = "Chat commands: " .. #goop.commands() .. ". If !help is among them, it lists them all."
  return table.concat(lines, "\n")
end
