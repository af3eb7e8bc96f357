#!/usr/bin/env bash
# jq: 5 MB of objects read, grouped, summed.
. "$(dirname "$0")/app.sh"

prepare() {
    awk 'BEGIN {
        printf "["
        for (i = 0; i < 40000; i++)
            printf "%s{\"id\":%d,\"group\":\"g%d\",\"value\":%d.5,\"tags\":[\"a%d\",\"b%d\"],\"text\":\"%0*d\",\"deep\":{\"k\":[%d,null,true]}}",
                i ? "," : "", i, i % 97, i * 3 % 1013, i % 5, i % 11, i % 40 + 1, i, i
        printf "]\n"
    }' >input.json
}

work() {
    run jq -c 'group_by(.group) | map({g: .[0].group, n: length, v: (map(.value) | add), t: (map(.text | length) | add)})' input.json
}
app "$@"
