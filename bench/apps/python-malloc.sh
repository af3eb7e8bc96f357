#!/usr/bin/env bash
# python3 with every object from malloc (PYTHONMALLOC=malloc): 400,000 live objects.
. "$(dirname "$0")/app.sh"

prepare() {
    cat >objects.py <<'TEXT'
table = {str(i): [i, str(i * i), (i, i + 1)] for i in range(40000)}
print(len(table), sum(len(v[1]) for v in table.values()))
for turn in range(3):
    table = {k + "x": [v[0], v[1][::-1], v[2]] for k, v in table.items()}
print(sorted(table)[:5], sum(v[0] for v in table.values()))
TEXT
}

work() { PYTHONMALLOC=malloc run python3 -S -B objects.py; }
app "$@"
