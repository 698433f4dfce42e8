-- table: sorting, moving, large tables, and a matrix.
local seed = 42
local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n end
local list = {}
for i = 1, 5000 do list[i] = random(100000) end
table.sort(list)
for i = 2, #list do assert(list[i - 1] <= list[i]) end
table.sort(list, function(x, y) return x > y end)
print(#list, list[1], list[2500], list[5000])
print(table.unpack(table.move({1, 2, 3}, 1, 3, 3, {9, 8})))
table.insert(list, 1, -1)
print(table.remove(list, 1), table.remove(list), #list)
local words = {"pear", "Apple", "fig", "apple", "Zebra"}
table.sort(words)
print(table.concat(words, " "))

local function multiply(a, b, n)
  local c = {}
  for i = 1, n do
    c[i] = {}
    for j = 1, n do
      local s = 0
      for k = 1, n do s = s + a[i][k] * b[k][j] end
      c[i][j] = s
    end
  end
  return c
end
local n, a = 40, {}
for i = 1, n do a[i] = {}; for j = 1, n do a[i][j] = (i * j) % 7 + 0.5 end end
local c = multiply(a, multiply(a, a, n), n)
print(c[1][1], c[n][n], c[3][17])
local names = {}
for k in pairs({x = 1, y = 2, z = 3}) do names[#names + 1] = k end
table.sort(names)
print(table.concat(names))
