#!/bin/sh
# hard_links.sh FILE NAME ... - FILE under more names.
set -e
file=$1
shift
for name; do
    ln -f "$file" "$name"
done
