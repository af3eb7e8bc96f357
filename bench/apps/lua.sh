#!/usr/bin/env bash
# lua: tables, strings, closures.
. "$(dirname "$0")/app.sh"

prepare() {
    cat >work.lua <<'TEXT'
local words, x = {}, 12345
for i = 1, 150000 do
    x = (x * 1103515245 + 12345) % 2147483648
    local w = "w" .. (x % 9973)
    words[w] = words[w] or {}
    table.insert(words[w], i)
end
local names, total = {}, 0
for w, list in pairs(words) do names[#names + 1] = w .. ":" .. #list; total = total + #list end
table.sort(names)
local text = table.concat(names, ","):gsub("%d", function(d) return (tonumber(d) + 1) % 10 end)
print(#names, total, #text, text:sub(1, 40))
TEXT
}

work() { run lua5.4 work.lua; }
app "$@"
