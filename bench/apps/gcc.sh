#!/usr/bin/env bash
# gcc -c: 2,000 generated lines of C, optimised; the object file must be the same.
. "$(dirname "$0")/app.sh"

prepare() {
    awk 'BEGIN {
        print "#include <stddef.h>\nstruct node { struct node *next; int key; long values[8]; };"
        for (i = 0; i < 181; i++) {
            printf "static long f%d(struct node *list, int key)\n{\n    long sum = %d;\n", i, i
            printf "    for (struct node *n = list; n != NULL; n = n->next)\n        if (n->key > key)\n"
            printf "            sum += n->values[%d] * key - n->key %% %d;\n        else\n", i % 8, i + 3
            printf "            sum ^= n->values[%d];\n    return sum;\n}\n", (i * 3) % 8
        }
        printf "long all(struct node *list, int key)\n{\n    return 0"
        for (i = 0; i < 181; i++) printf "\n        + f%d(list, key + %d)", i, i
        print ";\n}"
    }' >input.c
}

work() {
    run gcc -O1 -g0 -c input.c -o input.o
    cksum <input.o
}
app "$@"
