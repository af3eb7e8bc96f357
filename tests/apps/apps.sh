# apps.sh - what each program is asked to do, sourced by run.sh: a function a program, run in a folder
# of its own, output the same in every run. Small versions: a minute in all.
# shellcheck shell=bash disable=SC2034,SC2016

# The program to look for, where it is not the name itself.
declare -A needs=([python_malloc]=python3 [python_threads]=python3 [python_tests]=python3
    [gcc_driver]=gcc [redis]=redis-server [find_sort]=find [sh_pipes]=sh [git_gc]=git [lua]=lua5.4
    [openssl_speed]=openssl [json]=jq [bash_strings]=bash [xml]=xmllint [cpp]=g++)

app_sqlite3() {
    sqlite3 data.db <<'SQL'
create table t(a integer primary key, b text, c real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
    insert into t select i, 'row ' || i || hex(i * 7919), i * 1.5 from n;
create index by_b on t(b);
update t set b = b || 'x' where a % 3 = 0;
delete from t where a % 7 = 0;
select count(*), sum(c), max(b) from t;
pragma integrity_check;
SQL
}

app_git() {
    local i
    mkdir -p repo/d && cd repo || return
    export GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z'
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
    git init -q -b main .
    git config user.name expool && git config user.email expool@example.org
    for ((i = 0; i < 2000; i++)); do echo "file $i" >"d/$i"; done
    git add . && git commit -q -m first
    for ((i = 0; i < 300; i++)); do echo more >>"d/$i"; done
    git commit -q -a -m second
    git log -p | cksum && git diff HEAD~1 --stat | tail -n 1 && git status --short
    git gc -q && git fsck --no-progress && git rev-parse HEAD
}

app_json() {
    awk 'BEGIN { printf "["; for (i = 0; i < 12000; i++)
        printf "%s{\"id\":%d,\"name\":\"n%d\",\"v\":[%d,%d.5,null,true],\"s\":{\"k\":\"%08x\"}}",
            i ? "," : "", i, i, i * 3, i, i * 40503; printf "]\n" }' >data.json
    jq -c '[.[] | select(.id % 3 == 0) | .v[0]] | add' data.json
    jq . data.json | cksum
}

app_python3() {
    python3 - <<'PY'
import json, re, collections
d = {i: [str(i), {"v": i}] for i in range(20000)}
s = json.dumps(d)
print(len(s), len(json.loads(s)), len(re.findall(r"\d+", s)))
print(collections.Counter(len(v[0]) for v in d.values()).most_common(3))
PY
}

app_python_malloc() {
    PYTHONMALLOC=malloc python3 -c 'd = {i: [str(i)] * 3 for i in range(20000)}; print(sum(map(len, d.values())))'
}

app_python_tests() {
    python3 -c 'import test.test_list' 2>/dev/null || { echo "no tests installed"; return 0; }
    python3 -m test -q test_list test_dict >log 2>&1 || { cat log; return 1; }
    grep -E '^(Result|.*tests OK)' log
}

app_python_threads() {
    python3 - <<'PY'
import threading
out = [0] * 8
def work(n):
    for i in range(300):
        out[n] += len(b"".join(bytes([j & 255]) * n for j in range(50)))
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
print(out)
PY
}

app_perl() {
    perl -e 'my %h; $h{"k$_"} = [$_, "v$_" x 3] for 1 .. 15000; my $s = 0; $s += length $h{$_}[1] for keys %h;
        my @w = sort { $a cmp $b } keys %h; print "$s $w[7]\n"; $_ = join ",", @w; my $n = () = /k\d+/g; print "$n\n"'
}

app_lua() {
    lua5.4 -e 'local t = {} for i = 1, 30000 do t[i] = {i, tostring(i)} end
        local s = 0 for _, v in ipairs(t) do s = s + #v[2] end t = nil collectgarbage() print(s)'
}

app_bash_strings() {
    bash -c 'declare -A a; for ((i = 0; i < 5000; i++)); do a[$i]=v$i; s=$s${i:0:1}; done; echo ${#a[@]} ${#s}
        for i in {1..20}; do (echo $((i * i))); done; x=$(echo $(echo deep)); echo $x; trap "echo bye" EXIT'
}

app_sh_pipes() {
    sh -c 'seq 1 20000 | sort -rn | uniq | head -n 3; seq 1 5000 | sed "s/1/x/g" | tr x y | wc; ls /usr/bin | cksum'
}

app_gawk() {
    gawk 'BEGIN { for (i = 0; i < 10000; i++) a["k" i] = i; n = asorti(a, b); print n, b[7]
        for (i = 1; i <= 2000; i++) s = s sprintf("%d,", i); print length(s), split(s, c, ","), gensub(/1/, "x", "g", substr(s, 1, 40)) }'
}

app_xml() {
    awk 'BEGIN { print "<root>"; for (i = 0; i < 8000; i++) printf "<item id=\"%d\"><name>n%d</name><v>%d</v></item>\n", i, i, i * 7; print "</root>" }' >data.xml
    xmllint --noout data.xml && xmllint --xpath 'count(//item[v mod 2 = 0])' data.xml && xmllint --format data.xml | cksum
}

app_gcc_driver() {
    awk 'BEGIN { print "#include <stdio.h>"; for (i = 0; i < 400; i++)
        printf "static int f%d(int x)\n{\n    int y = x * %d;\n    for (int i = 0; i < y; i++)\n        x ^= i;\n    return x;\n}\n", i, i + 1
        print "int main(void)\n{\n    int s = 0;"; for (i = 0; i < 400; i++) printf "    s += f%d(s & 15);\n", i
        print "    printf(\"%d\\n\", s);\n    return 0;\n}" }' >big.c
    gcc -O1 big.c -o big && ./big && gcc -S -O0 big.c -o - | cksum
}

app_cpp() {
    cat >c.cpp <<'CPP'
#include <iostream>
#include <map>
#include <string>
#include <vector>
int main()
{
    std::map<std::string, std::vector<int>> m;
    for (int i = 0; i < 20000; i++)
        m[std::to_string(i % 997)].push_back(i);
    size_t n = 0;
    for (auto &p : m)
        n += p.second.size() * p.first.size();
    try {
        m.at("none");
    } catch (const std::exception &e) {
        std::cout << "caught " << n << '\n';
    }
}
CPP
    g++ -O1 c.cpp -o c && ./c
}

app_make() {
    printf 'all: a b c\na b c:\n\t@echo made $@ with $(words $(wildcard /usr/bin/*))\n' >Makefile
    make -s
}

app_redis() {
    redis-server --port 0 --unixsocket "$PWD/sock" --save '' --daemonize no --logfile log >/dev/null &
    local server=$! i
    for ((i = 0; i < 100; i++)); do [ -S sock ] && break; sleep 0.05; done
    redis-benchmark -s sock -n 3000 -c 10 -q -t set,get,lpush,lpop,sadd,hset >bench 2>&1
    grep -c 'requests per second' bench
    redis-cli -s sock eval 'for i = 1, 500 do redis.call("set", "k" .. i, i) end return redis.call("get", "k77")' 0
    redis-cli -s sock shutdown nosave >/dev/null 2>&1
    wait "$server"
}

app_openssl_speed() {
    openssl speed -seconds 1 -bytes 64 md5 2>/dev/null | head -n 0
    echo text | openssl dgst -sha256
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out key.pem 2>/dev/null
    echo text >plain.txt && openssl dgst -sha256 -sign key.pem -out sig plain.txt
    openssl pkey -in key.pem -pubout -out pub.pem && openssl dgst -sha256 -verify pub.pem -signature sig plain.txt
}

app_curl() {
    seq 1 50000 >page && curl -s "file://$PWD/page" | cksum && curl --version | head -n 1
}

app_tar() {
    mkdir t && for i in 1 2 3; do seq "$i" 30000 >"t/$i"; done
    tar --sort=name --mtime=@0 --owner=0 --group=0 -cf t.tar t && cksum <t.tar && gzip -n9 t.tar && tar -tzf t.tar.gz
}

app_zstd() {
    seq 1 200000 >n && zstd -q n && zstd -dc n.zst | cmp - n && zstd -q -T2 -19 -f n -o m.zst && cksum <m.zst
}

app_bzip2() {
    seq 1 60000 >n && bzip2 -k n && bunzip2 -c n.bz2 | cmp - n && cksum <n.bz2
}

app_find_sort() {
    find /usr/share/doc -maxdepth 2 -name 'c*' | sort | cksum
    seq 1 40000 | sort -R --random-source=/usr/bin/env | md5sum | cksum | wc -l
}
