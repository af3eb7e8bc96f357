"""summary.py FOLDER JOB...: what CI's jobs came to, of FOLDER/JOB.end ("STATUS SECONDS") and FOLDER/JOB.log: as JUnit
in FOLDER/junit.xml, a suite a job, with the cases of those that run ctest; and on one screen, 40 lines of 100 columns
with the caller's last one. Jobs state their time in a line "# time: 60 s" of ci/jobs/JOB.sh (test: of ci/test.sh)."""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

LINES, COLUMNS = 39, 100
KEPT = 4000  # characters of a failed test's output
TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CTEST = {"test": ["dev/test.xml", "asan/test.xml"], "clang": ["clang/test.xml"], "tsan": ["tsan/test.xml"],
         "no-verifier": ["no-verifier/test.xml"]}
TELLING = re.compile(r"\*\*\*(Failed|Exception|Timeout)|\bFAILED\b|[Ee]rror:|\bended with\b|not done within|"
                     r", [1-9]\d* failed")


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def plain(text):
    """Without what XML cannot hold."""
    return re.sub(r"[^\t\n -\ud7ff\ue000-\ufffd]", "?", text)


class Job:
    def __init__(self, folder, name):
        self.folder, self.name, self.log = folder, name, os.path.join(folder, name + ".log")
        end = os.path.join(folder, name + ".end")
        words = read(end).split()
        self.status, self.seconds = (int(words[0]), int(words[1])) if len(words) == 2 else (1, 0)
        self.began = os.path.getmtime(end) - self.seconds - 2 if words else 0
        source = "ci/test.sh" if name == "test" else f"ci/jobs/{name}.sh"
        stated = re.search(r"^# time: (\d+) s", read(os.path.join(TREE, source)), re.M)
        is_ci = os.path.basename(os.path.abspath(folder)) == "ci"  # elsewhere jobs run for as long as somebody said
        self.stated = int(stated[1]) if stated and is_ci else 0
        self.lines = [line for line in read(self.log).splitlines() if line.strip()]

    def is_over(self):
        return self.stated and self.seconds > self.stated

    def row(self):
        result = "FAILED" if self.status else "over" if self.is_over() else "ok"
        said = self.lines[-1] if self.lines else "it printed nothing"
        return f"{self.name:<12} {result:<6} {self.seconds:>4} of {self.stated or '?':>3} s  {said}"[:COLUMNS]

    def why(self, count):
        """The first lines that tell of a failure, else the last ones."""
        telling = [line for line in self.lines if TELLING.search(line)]
        return (telling[:count] if telling else self.lines[-count:]) or ["it printed nothing"]

    def ctest_cases(self):
        """Of this run: an older file is another's."""
        for path in (os.path.join(self.folder, "..", name) for name in CTEST.get(self.name, [])):
            if os.path.exists(path) and os.path.getmtime(path) >= self.began:
                tree = os.path.basename(os.path.dirname(path))
                yield from ((tree, case) for case in xml.parse(path).getroot().iter("testcase"))

    def suite(self):
        suite = xml.Element("testsuite", name=self.name, time=str(self.seconds))
        for tree, from_ctest in self.ctest_cases():
            case = xml.SubElement(suite, "testcase", classname=f"{self.name}.{tree}", name=from_ctest.get("name"),
                                  time=from_ctest.get("time", "0"))
            if from_ctest.find("failure") is not None:
                case.append(xml.Element("failure", message=from_ctest.find("failure").get("message", "") or "failed"))
                xml.SubElement(case, "system-out").text = plain(from_ctest.findtext("system-out", "")[-KEPT:])
            elif from_ctest.find("skipped") is not None or from_ctest.get("status") in ("notrun", "disabled"):
                xml.SubElement(case, "skipped")
        case = xml.SubElement(suite, "testcase", classname="job", name=self.name, time=str(self.seconds))
        if self.status:
            failure = xml.SubElement(case, "failure", message=plain("; ".join(self.why(3)))[:KEPT])
            failure.text = plain("\n".join(self.lines)[-KEPT:])
        count(suite, "testcase")
        return suite


def count(element, what):
    numbers = {"tests": len(list(element.iter(what))), "failures": len(list(element.iter("failure"))),
               "skipped": len(list(element.iter("skipped")))}
    for name, number in numbers.items():
        element.set(name, str(number))
    element.set("errors", "0")


def write_junit(folder, jobs):
    whole, path = xml.Element("testsuites", name="expool"), os.path.join(folder, "junit.xml")
    whole.extend(job.suite() for job in jobs)
    count(whole, "testcase")
    del whole.attrib["skipped"]
    xml.ElementTree(whole).write(path, encoding="utf-8", xml_declaration=True)
    schema = os.path.join(TREE, "tests", "schemas", "junit-4.xsd")
    subprocess.run(["xmllint", "--noout", "--schema", schema, path], check=True, stderr=subprocess.PIPE)
    return path, whole.get("tests")


def print_screen(jobs, last):
    failed = [job for job in jobs if job.status]
    over = [job.name for job in jobs if job.is_over()]
    lines = [job.row() for job in jobs]
    room = (LINES - len(lines) - 2) // max(len(failed), 1) - 1
    for job in failed[:LINES - 1 - len(lines)]:
        lines.append(f"{job.name} failed; all of it is in {job.log}:")
        lines += ["    " + line.strip() for line in job.why(max(min(room, 5), 0))] if room > 0 else []
    lines.append(last + (f"; over their stated time: {', '.join(over)}" if over else ""))
    for line in lines:
        print(line[:COLUMNS])


if __name__ == "__main__":
    all_jobs = [Job(sys.argv[1], name) for name in sys.argv[2:]]
    try:
        written, cases = write_junit(sys.argv[1], all_jobs)
    except (OSError, subprocess.CalledProcessError, xml.ParseError) as trouble:
        print_screen(all_jobs, f"no JUnit file: {getattr(trouble, 'stderr', None) or trouble}")
        sys.exit(1)
    print_screen(all_jobs, f"{cases} cases in {written}")
