#!/usr/bin/env bash
# python3: its own test_list, test_dict and test_thread; four threads over one queue, each building
# and dropping objects.
. "$(dirname "$0")/app.sh"

prepare() {
    cat >threads.py <<'TEXT'
import queue, threading
tasks, results = queue.Queue(), queue.Queue()
def worker():
    while True:
        n = tasks.get()
        if n is None:
            return
        table = {i: str(i) * (i % 7) for i in range(n % 3000)}
        results.put((n, sum(map(len, table.values())), bytes(n * 10).count(0)))
threads = [threading.Thread(target=worker) for _ in range(4)]
for thread in threads:
    thread.start()
for n in range(400):
    tasks.put(n * 7)
for _ in threads:
    tasks.put(None)
for thread in threads:
    thread.join()
done = sorted(results.get() for _ in range(400))
print(len(done), sum(d[1] for d in done), sum(d[2] for d in done))
TEXT
}

work() {
    run python3 -S -B threads.py
    run python3 -S -B -m unittest -q test.test_list test.test_dict test.test_thread 2>&1 |
        sed -n 's/ in [0-9.]*s$//; /^Ran\|^OK\|^FAILED/p'
}
app "$@"
