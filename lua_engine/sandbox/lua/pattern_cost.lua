-- Bounds what a native pattern function can cost, in steps of lstrlib.c (0.1 to 2.5 ns each, measured on its worst subjects), and decides who runs it.
--
-- The bound is computed from the last item to the first. For the rest of the pattern from an item on, tried at one place:
--   fail     the most it costs when it does not match
--   success  the most it costs when it matches, without
--   each     the cost per byte that stays in the match (so all matches of one call together pay each * subject)
--   sure     it cannot fail: a quantifier before it never gives anything back
--   at_end   it matches at the end of the subject: after ".*" or ".-" it cannot fail
-- A quantifier whose class has no byte in common with what may follow ("disjoint") has one place to go on from: linear.
local native, charge, parts = ...
local find, rep, byte = native.find, native.rep, native.byte
local analysis = parts.analysis

local BUDGET = 5e7 -- steps one native call may take: 0.13 s at the very most
local FREE = 10000 -- steps that are not worth accounting for
local LONG_BLOCK, SHORT_BLOCK = 64, 16 -- a run below twice this counts as short
local MAX_COUNTED = 2000 -- first bytes that are counted one by one

local rules = {}

local function expand(state, item, run)
  local test = item.weight + 1
  if state.sure or (item.any and state.at_end) then
    state.fail, state.sure = 0, true
  elseif item.disjoint then
    state.fail = (run + 1) * (test + item.first_steps) + state.fail
  else
    state.success = state.success + (run + 1) * (test + state.fail)
    state.fail = (run + 1) * (test + state.fail)
  end
  if state.each < item.weight then state.each = item.weight end
  state.success = state.success + test
end

rules["*"] = expand

rules["+"] = function(state, item, run)
  expand(state, item, run)
  state.fail = state.fail + item.weight
  state.sure, state.at_end = false, false
end

rules["-"] = function(state, item, run)
  local test, each = item.weight + 1, 0
  if state.sure then
    test = 1
  elseif item.any and state.at_end then
    each, state.fail, state.sure = test + state.fail, 0, true
  elseif item.disjoint then
    each = test + item.first_steps
    state.fail = (run + 1) * each + state.fail
  else
    each = test + state.fail
    state.fail = (run + 1) * each
  end
  if state.each < each then state.each = each end
  state.success = state.success + test
end

rules["?"] = function(state, item)
  local test = item.weight + 1
  if state.sure then
    state.success = state.success + test
  elseif item.disjoint then
    state.fail = state.fail + test + item.first_steps
    state.success = state.success + test
  else
    state.success = state.success + test + state.fail
    state.fail = 2 * state.fail + test
  end
end

local function fixed(state, steps)
  state.fail, state.success = state.fail + steps, state.success + steps
end

function rules.single(state, item)
  fixed(state, item.weight)
  state.sure, state.at_end = false, false
end

local function capture(state)
  state.success = state.success + 1
  if not state.sure then state.fail = state.fail + 1 end
end
rules.open, rules.close, rules.position = capture, capture, capture

function rules.finish(state)
  state.fail, state.success, state.sure, state.at_end = 1, 1, false, true
end

function rules.balance(state, _, run)
  state.fail, state.success = state.fail + run + 1, state.success + 1
  if state.each < 1 then state.each = 1 end
  state.sure, state.at_end = false, false
end

function rules.frontier(state, item)
  fixed(state, 2 * item.weight)
  state.sure, state.at_end = false, false
end

function rules.backref(state, _, run)
  fixed(state, 1 + run / 32) -- memcmp
  state.sure, state.at_end = false, false
end
rules.never = rules.backref

-- -> fail, success, each for one attempt of the whole pattern. runs[k]: the longest run known for item k.
local function attempt(program, n, runs)
  local state = { fail = 0, success = 1, each = 0, sure = true, at_end = true }
  for k = program.count, 1, -1 do
    local item = program[k]
    rules[item.quantifier or item.kind](state, item, runs and runs[k] or n)
  end
  return state.fail, state.success, state.each
end

-- All attempts of one call: one at each place, except in an anchored pattern.
local function bound(program, n, runs)
  local fail, success, each = attempt(program, n, runs)
  return (program.anchored and 1 or n + 1) * (fail + success + 2) + each * n
end

--------------------------------------------------------------------------------------------------------------------------
-- Facts of the subject, for patterns that are too slow on some subject of this length but perhaps not on this one.

-- Has no run of the class 2 * length bytes or more? Such a run would fill one of the blocks that are looked at.
local function has_short_runs(item, s, length)
  local set, block = analysis.class_set(item.text), "^" .. rep(item.text, length)
  for at = 1, #s - length + 1, length do
    if set[byte(s, at)] and find(s, block, at) then return false end
  end
  return true
end

local function with_runs(program, run)
  local runs, is_some = {}, false
  for k = 1, program.count do
    local item = program[k]
    local repeats = item.kind == "single" and item.quantifier and item.quantifier ~= "?"
    if repeats and not item.any and item.weight < 64 then runs[k], is_some = run, true end
  end
  return is_some and runs
end

-- With every class but "." in short runs, is it cheap? Then see which runs are really short.
local function bound_by_runs(program, s, n)
  local length = LONG_BLOCK
  local runs = with_runs(program, 2 * length)
  if not runs then return nil end
  if bound(program, n, runs) > BUDGET then
    length = SHORT_BLOCK
    runs = with_runs(program, 2 * length)
    if bound(program, n, runs) > BUDGET then return nil end
  end
  local seen = {}
  for k in native.next, runs do
    local item = program[k]
    local is_short = seen[item.text]
    if is_short == nil then
      charge(n * item.weight)
      is_short = has_short_runs(item, s, length)
      seen[item.text] = is_short
    end
    if not is_short then runs[k] = n end
  end
  return bound(program, n, runs)
end

local function leading(program, k)
  while k <= program.count do
    local kind = program[k].kind
    if kind ~= "open" and kind ~= "close" and kind ~= "position" then return k, program[k] end
    k = k + 1
  end
end

local function count_up_to(s, item, limit)
  local count, at = 0, 1
  while count <= limit do
    if item.byte then at = find(s, native.char(item.byte), at, true) else at = find(s, item.text, at) end
    if not at then return count end
    count, at = count + 1, at + 1
  end
  return nil
end

-- A pattern that begins with a fixed byte or class is tried in earnest only where that byte is; and when the run after it
-- cannot hold that byte ('"[^"]*"'), the runs of all attempts together are no longer than the subject.
local function bound_by_starts(program, s, n)
  local k, item = leading(program, 1)
  if program.anchored or not item then return nil end
  local starts_with_one = item.kind == "single" and not item.quantifier and not item.any
  if not starts_with_one and item.kind ~= "balance" then return nil end
  local steps = (item.weight or 1) + 4
  local after, following = leading(program, k + 1)
  local extra, runs = 0, nil
  if following and following.disjoint and item.kind == "single" and following.quantifier ~= "?" then
    local set, own = analysis.class_set(following.text), analysis.class_set(item.text)
    if analysis.is_disjoint(own, set) then
      runs, extra = { [after] = 1 }, n * (following.weight + 1 + following.first_steps)
    end
  end
  local fail, success, each = attempt(program, n, runs)
  local rest = n * (steps + each) + extra
  local every = rest + n * (fail + success)
  if every <= BUDGET then return every end
  local limit = (BUDGET - rest) / (fail + success)
  if limit < 1 then return nil end
  if limit > MAX_COUNTED then limit = MAX_COUNTED end
  local counter = item.kind == "balance" and { byte = item.open } or item
  charge(n)
  local count = count_up_to(s, counter, limit)
  return count and rest + (count + 1) * (fail + success)
end

-- The bound for this length, or one made for a subject up to four times longer.
local function bound_by_length(program, n)
  local known = program.known_length
  if known and n <= known and n * 4 >= known then return program.known_steps end
  local steps = bound(program, n)
  if steps > FREE and not program.analysed then
    analysis.analyse(program)
    steps = bound(program, n)
  end
  if steps <= FREE then program.free = n end
  if steps <= BUDGET then program.known_length, program.known_steps = n, steps end
  return steps
end

-- -> the steps that a native call of this pattern on s can take, or nil: too many (or it could raise an error).
local function affordable(program, s)
  if program.may_fail then return nil end
  local n = #s
  if n <= program.free then return 0 end
  local steps = bound_by_length(program, n)
  if steps <= BUDGET then return steps end
  steps = bound_by_runs(program, s, n)
  if steps and steps <= BUDGET then return steps end
  steps = bound_by_starts(program, s, n)
  if steps and steps <= BUDGET then return steps end
  return nil
end

-- The length of a subject up to which a call needs no look at its cost.
local function set_free(program)
  if program.may_fail then return end
  local n = 256
  while n >= 16 and bound(program, n) > FREE do n = n / 2 end
  if n >= 16 then program.free = n end
end

return { affordable = affordable, set_free = set_free, bound = bound, BUDGET = BUDGET, FREE = FREE }
