-- The collector under stress: trees, strings, weak tables, finalizers.
local function tree(depth)
  if depth == 0 then return {} end
  return {tree(depth - 1), tree(depth - 1)}
end
local function count(t) return t[1] and 1 + count(t[1]) + count(t[2]) or 1 end

local total = 0
for i = 1, 20 do total = total + count(tree(9)) end
print(total)

collectgarbage("generational")
local parts = {}
for i = 1, 20000 do parts[i % 100 + 1] = ("item %d"):format(i) .. (parts[i % 100] or ""):sub(1, 20) end
print(#parts, parts[7])
collectgarbage("incremental")

local weak, finalized = setmetatable({}, {__mode = "v"}), 0
for i = 1, 100 do weak[i] = setmetatable({}, {__gc = function() finalized = finalized + 1 end}) end
collectgarbage()
collectgarbage()
print(next(weak), finalized)

local before = collectgarbage("count")
local keep = {}
for i = 1, 10000 do keep[i] = {i} end
assert(collectgarbage("count") > before)
keep = nil
collectgarbage()
print(collectgarbage("count") < before + 100)
