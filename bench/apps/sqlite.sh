#!/usr/bin/env bash
# sqlite3: 20,000 rows inserted, an index, queries, the integrity check.
. "$(dirname "$0")/app.sh"

prepare() {
    awk 'BEGIN {
        print "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, value REAL, note BLOB);\nBEGIN;"
        for (i = 1; i <= 20000; i++)
            printf "INSERT INTO t VALUES(%d,\047name-%d\047,%d.25,\047%0*d\047);\n", i, (i * 7919) % 20011, i, i % 90 + 1, i
        print "COMMIT;\nCREATE INDEX byname ON t(name);"
        print "SELECT count(*), sum(value), max(name), sum(length(note)) FROM t;"
        print "SELECT substr(name, 1, 7) AS n, count(*) FROM t GROUP BY n ORDER BY 2 DESC, 1 LIMIT 20;"
        print "DELETE FROM t WHERE id % 3 = 0;\nVACUUM;\nPRAGMA integrity_check;"
    }' >input.sql
}

work() {
    rm -f test.db
    run sqlite3 test.db <input.sql
}
app "$@"
