-- For functions that stand in the place of native ones.

local function bad_argument(level, name, index, expected, value)
  error(format("bad argument #%d to '%s' (%s expected, got %s)", index, name, expected,
    value == nil and "no value" or type(value)), level + 1)
end
guard.bad_argument = bad_argument

-- A function that notes its first use.
function guard.noting(id, what, f)
  local is_noted = false
  return function(...)
    if not is_noted then
      is_noted = true
      guard.note(id, what)
    end
    return f(...)
  end
end
