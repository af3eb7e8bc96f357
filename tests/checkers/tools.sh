# shellcheck shell=bash disable=SC2034 # run.sh and one.sh read it
# tests/checkers/tools.sh - the columns of the table, and the settings of each program.

# Column, tree of libexpool, and what makes a program of a source; behind | what runs it.
checkers_tools='plain       release   gcc
gcc-asan    release   gcc -fsanitize=address
clang-asan  release   clang -fsanitize=address
lsan        release   gcc -fsanitize=leak
ubsan       release   gcc -fsanitize=undefined
msan        fuzz-msan clang -fsanitize=memory -fsanitize-memory-track-origins
tsan        tsan      gcc -fsanitize=thread
memcheck    release   gcc | valgrind -q --leak-check=full --px-default=allregs-at-mem-access --px-file-backed=allregs-at-mem-access
drd         release   gcc | valgrind -q --tool=drd --px-default=allregs-at-mem-access --px-file-backed=allregs-at-mem-access'
checkers_settings=(checker=off checker=auto verifier=standard)
checkers_sources=tests/checkers # planted bugs; in legal/ what is legal throughout
