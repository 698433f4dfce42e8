-- Primes by a sieve, and by trial division: the two must agree.
local function sieve(n)
  local composite, primes = {}, {}
  for i = 2, n do
    if not composite[i] then
      primes[#primes + 1] = i
      for j = i * i, n, i do composite[j] = true end
    end
  end
  return primes
end

local function is_prime(n)
  for d = 2, math.floor(math.sqrt(n)) do
    if n % d == 0 then return false end
  end
  return n >= 2
end

local primes = sieve(20000)
print(#primes, primes[#primes], primes[100])
local count = 0
for n = 1, 2000 do
  if is_prime(n) then
    count = count + 1
    assert(primes[count] == n)
  end
end
print(count, table.concat(primes, " ", 1, 15))
