-- string: patterns, formats, packing.
print(("hello world"):gsub("o", "0"), ("a,b,,c"):find(",,", 1, true))
for key, value in ("one=1, two=2, three=3"):gmatch("(%w+)=(%w+)") do io.write(key, ":", value, " ") end
print()
print(("  trimmed  "):match("^%s*(.-)%s*$") .. "|", ("x"):rep(5, "-"), ("abc"):reverse():upper())
print(("%5d|%-5d|%05d|%x|%q|%s"):format(42, 42, 42, 255, 'say "hi"\n', nil))
print(("%g %g %.3f %e %a"):format(0.1, 1e20, math.pi, 12345.678, 0.5))
print(("f(a(b)c)d"):match("%b()"), ("THE (quick) fox"):find("%((%a+)%)"))
print(("hello"):byte(1, -1))
print(string.char(104, 105), #"\u{20AC}", "\x41\65\z
       joined")
local packed = string.pack("<i4 >I2 z s1 d", -2, 513, "zero", "one", 1.5)
print(#packed, packed:byte(1, 6))
print(string.unpack("<i4 >I2 z s1 d", packed))
print(("%d %s"):rep(2, ","):format(1, "a", 2, "b"), ("abc"):sub(-2), ("key = value"):match("^(%w+)%s*=%s*(%w+)$"))
print(tostring(12345678901234567890), 0x7fffffffffffffff + 1 == math.mininteger, 7 // 2, -7 // 2, -7 % 3, 7.5 // 2)
print(math.tointeger("8"), tonumber("0x1p4"), tonumber("z", 36), tonumber("1e1"), 10 / 2, 3 | 4, ~0, 1 << 62)
