-- Numbers and their text; utf8.
for _, x in ipairs({0.1, 1 / 3, 1e15, 1e16, 123456.789, -0.0, 1e-10, 2^53, 2^63, 1e308, 5e-324}) do
  io.write(tostring(x), " ", ("%.17g"):format(x), " ", ("%a"):format(x), "\n")
end
print(1 / 0, -1 / 0, math.huge > math.maxinteger, 0 / 0 ~= 0 / 0)
print(math.floor(-3.5), math.ceil(-3.5), math.fmod(-7, 3), math.modf(3.7), math.ult(1, -1), math.abs(-4))
print(math.type(1), math.type(1.0), math.type("1"), 1 == 1.0, 2^31 | 0, "10" + 5, 10 // 0.0)
print(("%.10f %.10f %.10f"):format(math.sin(1), math.exp(1), math.log(10, 2)))
print(math.max(3, 9, 2), math.min(3, -9.5), math.maxinteger // -1, math.mininteger)
print(pcall(function() return 1 // 0 end))
print(pcall(function() return 2^64 | 0 end))
print(utf8.char(72, 228, 8364, 128512), utf8.len("häß€😀"), utf8.codepoint("€", 1), utf8.offset("aä€", 3))
for position, code in utf8.codes("aä€😀") do io.write(position, "=", code, " ") end
print(utf8.len("\xff"))
local h = 0
for i = 1, 200000 do h = (h * 31 + i) & 0xffffffff end
print(h)
