-- Closures, coroutines, metatables, errors, varargs.
local function counter()
  local n = 0
  return function() n = n + 1; return n end
end
local a, b = counter(), counter()
print(a(), a(), b(), a())

local function permutations(list, n)
  n = n or #list
  if n <= 1 then coroutine.yield(list) end
  for i = 1, n do
    list[n], list[i] = list[i], list[n]
    permutations(list, n - 1)
    list[n], list[i] = list[i], list[n]
  end
end
for p in coroutine.wrap(function() permutations({1, 2, 3}) end) do io.write(table.concat(p), " ") end
print()

local co = coroutine.create(function(x) local y = coroutine.yield(x * 2); error("stopped at " .. y) end)
print(coroutine.resume(co, 21))
print(coroutine.resume(co, 7))
print(coroutine.status(co), coroutine.isyieldable())

local V = {}
V.__index = V
V.__add = function(p, q) return setmetatable({x = p.x + q.x}, V) end
V.__tostring = function(p) return "V(" .. p.x .. ")" end
V.__call = function(p, k) return p.x * k end
V.__lt = function(p, q) return p.x < q.x end
local v = setmetatable({x = 1}, V) + setmetatable({x = 41}, V)
print(tostring(v), v(2), v < setmetatable({x = 50}, V), rawequal(v, v))

print(pcall(function() local t = nil; return t.x end))
print(select("#", nil, nil), select(-1, 1, 2, 3), (select(2, "a", "b", "c")))
print(xpcall(error, function(m) return "handled " .. m end, "this"))
local function depth(n) return n == 0 and 0 or 1 + depth(n - 1) end
print(depth(10000), pcall(function() local function f() return 1 + f() end return f() end))
goto done
print("never")
::done::
local closed = {}
do
  local x <close> = setmetatable({}, {__close = function() closed[#closed + 1] = "x" end})
  local y <const> = 5
end
print(#closed, arg[1], ...)
