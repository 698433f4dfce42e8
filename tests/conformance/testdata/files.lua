-- io and os: files, lines, seeking, renaming, dates.
local name = "data.txt"
local f = assert(io.open(name, "w"))
for i = 1, 100 do f:write(i, " ", i * i, "\n") end
f:close()
local sum = 0
for line in io.lines(name) do sum = sum + tonumber(line:match("%d+ (%d+)")) end
print(sum)
f = assert(io.open(name, "r+"))
print(f:seek("end"), f:seek("set", 3), f:read("l"), f:read("n"), f:read(5))
f:seek("set", 0)
f:write("X")
f:flush()
f:seek("set", 0)
print(f:read(1), f:read("a"):len())
f:close()
print(io.type(f), io.open("absent", "r"))
assert(os.rename(name, "other.txt"))
print(os.remove("other.txt"), (select(3, os.remove("other.txt"))))
print(os.getenv("CHECK_GIVEN"), os.getenv("CHECK_ABSENT"))
print(os.date("!%Y-%m-%d %H:%M:%S", 1000000000), os.time({year = 2024, month = 2, day = 29, hour = 12}))
local t = os.date("*t", 86400)
print(t.year, t.month, t.day, t.yday, t.isdst, os.date("!%c", 0), os.clock() >= 0, os.time() > 1.7e9)
local temporary = os.tmpname()
print(#temporary > 0, os.remove(temporary))
io.stdout:setvbuf("full")
io.stderr:write("")
print(io.read("l"), io.read("a"))
