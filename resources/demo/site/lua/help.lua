--- Lists what you can say here
function handle()
  local lines = { "In the chat of " .. goop.self.label .. "'s garden:" }
  for _, command in ipairs(goop.commands()) do
    lines[#lines + 1] = "  !" .. command .. " - " .. command.description
  end
  return table.concat(lines, "\n")
end
