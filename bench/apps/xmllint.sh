#!/usr/bin/env bash
# xmllint: a document of 3 MB read into a tree, formatted, queried.
. "$(dirname "$0")/app.sh"

prepare() {
    awk 'BEGIN {
        print "<?xml version=\"1.0\"?>\n<root>"
        for (i = 0; i < 20000; i++)
            printf "<item id=\"%d\" kind=\"k%d\"><name>name %d</name><value unit=\"m\">%d.5</value><!-- %d --></item>", i, i % 13, i, i * 3, i
        print "</root>"
    }' >input.xml
}

work() {
    run xmllint --format input.xml | cksum
    run xmllint --xpath 'sum(//value) + count(//item[@kind="k3"])' input.xml
}
app "$@"
