# shellcheck shell=bash
# app.sh - what every workload here begins with. A script defines prepare and work and ends in `app`.
#   NAME.sh prepare   makes the inputs in the current folder
#   NAME.sh work      runs the program on them under $BENCH_RUN (words before its own; empty: plainly)
# Standard output must be the same each time. A script that knows better than the sum over its
# processes what the program cost writes the seconds of processor time into the file `cpu`.
set -euo pipefail
export LC_ALL=C TZ=UTC PATH=/usr/bin:/bin HOME=$PWD

# shellcheck disable=SC2086 # words, not a word
run() { ${BENCH_RUN:-} "$@"; }

app() {
    case ${1:-} in
        prepare | work) "$1" ;;
        *)
            echo "usage: $0 prepare|work" >&2
            exit 2
            ;;
    esac
}
