-- goop.template: read from the database when a script first asks for it; from then on a plain table of that VM.
local goop, host = ...

goop.template = host["template.manifest"]()
