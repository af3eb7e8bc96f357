#!/usr/bin/env bash
# git: init, add 2,000 files, commit, change, commit, log, diff, gc, fsck.
. "$(dirname "$0")/app.sh"
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'

prepare() {
    local i
    for i in $(seq 40); do mkdir -p "tree/folder$i"; done
    awk 'BEGIN {
        for (i = 0; i < 2000; i++) {
            file = sprintf("tree/folder%d/file%d.txt", i % 40 + 1, i)
            for (j = 0; j < i % 50 + 3; j++) printf "line %d of file %d: %d\n", j, i, (i * 31 + j * 17) % 1009 >file
            close(file)
        }
    }'
}

work() {
    rm -rf work
    cp -r tree work
    cd work || exit 1
    run git init -q -b main .
    run git add .
    run git commit -q -m first
    local i
    for i in 1 2 3 4 5; do
        echo "change $i" >>"folder$i/file$((i - 1)).txt"
        run git commit -q -a -m "change $i"
    done
    run git log --stat | cksum
    run git diff HEAD~5 | cksum
    run git gc -q
    run git fsck --no-progress
    run git rev-parse HEAD
}
app "$@"
