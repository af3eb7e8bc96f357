#!/usr/bin/env python3
"""clusters.py LOG... - groups logs of crashes as ClusterFuzz would: how many keys, how many groups, and which keys fall
into one group. Its rule: the state of a crash is the text behind ASSERTION FAILED and the frames after it, three lines,
numbers of four digits and more replaced, 80 columns; two crashes are one when two lines are equal in order, or the
lines are alike by more than 0.8 on the average. 1 when a group has more than one key."""
import re
import sys

IGNORED = re.compile(r"^(abort|raise|free|malloc|calloc|realloc|new|delete|main|mem(set|cpy|cmp|move)|LLVMFuzzer|fuzzer::|__|asan_)|.*assert")
ASSERTION = re.compile(r"(?:.*\.(?:c|cc|cpp|h):.*)?\s*ASSERTION FAILED: (.*)", re.I)
FRAME = re.compile(r"\s*#\d+\s+0x[0-9a-f]+\s+in (\S+)")
NUMBERS = re.compile(r"0x[0-9a-fA-F]{4,}|[0-9]{4,}")


def state_of(log):
    lines = []
    for line in log.splitlines():
        found = ASSERTION.match(line)
        if found:
            lines = [found.group(1)]
            continue
        found = FRAME.match(line)
        if found and lines and len(lines) < 3 and not IGNORED.match(found.group(1)):
            lines.append(found.group(1))
    return [NUMBERS.sub("NUMBER", line)[:80] for line in lines]


def common(one, other):
    """The longest sequence of elements that both have in this order."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = 0
        for i, b in enumerate(other, 1):
            before, row[i] = row[i], before + 1 if a == b else max(row[i], row[i - 1])
    return row[-1]


def alike(one, other):
    return 2 * common(one, other) / max(1, len(one) + len(other))


def same(one, other):
    if one == other or common(one, other) >= 2:
        return True
    pairs = list(zip(one, other))
    return sum(alike(a, b) for a, b in pairs) / max(1, len(pairs)) > 0.8


def main(paths):
    keys = {}
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as file:
            log = file.read()
        key = re.search(r"^DEDUP_TOKEN: (.*)$", log, re.M)
        if key and state_of(log):
            keys.setdefault(key.group(1), state_of(log))
    if not keys:
        sys.exit("clusters: no log has a key and a state")
    groups = []
    for key, state in sorted(keys.items()):
        for group in groups:
            if same(keys[group[0]], state):
                group.append(key)
                break
        else:
            groups.append([key])
    for group in groups:
        if len(group) > 1:
            print("one group:", *group, sep="\n  ")
    print(f"clusters: {len(keys)} keys, {len(groups)} groups by ClusterFuzz's rule")
    return 0 if len(groups) == len(keys) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
