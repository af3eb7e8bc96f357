"""gitlab.py FILE: does what GitLab's runner does with the jobs of a .gitlab-ci.yml, in this folder: includes, extends,
variables, then the script of each job. The tree that it has fetched is put beside: the working copy, which is built."""
import glob
import os
import re
import subprocess
import sys

import check_results
from github import TREE, load

KEYWORDS = {"include", "stages", "variables", "default", "workflow", "image"}


def merge(under, over):
    """As `extends` does: mappings key by key, all else is replaced."""
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    return {**under, **{key: merge(under.get(key), value) for key, value in over.items()}}


def read(path):
    document = load(path, "gitlab-ci.json")
    whole = {}
    for include in document.pop("include", []):
        name = include.get("remote") or include.get("file")
        assert name.endswith("/ci/expool.gitlab-ci.yml") or name == "/ci/expool.gitlab-ci.yml", name
        whole = merge(whole, read(os.path.join(TREE, "ci", "expool.gitlab-ci.yml")))
    return merge(whole, document)


def flatten(document, name):
    job = document[name]
    above = job.get("extends")
    return merge(flatten(document, above), job) if above else job


def expand(text, variables):
    return re.sub(r"\$(\w+)|\$\{(\w+)\}", lambda found: str(variables.get(found[1] or found[2], "")), str(text))


def run_job(name, job):
    variables = {"CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": os.getcwd(), "CI_JOB_NAME": name}
    variables.update({key: str(value) for key, value in job.get("variables", {}).items()})
    variables.update({key: os.environ[key] for key in variables if key in os.environ})
    environment = {**os.environ, **{key: expand(value, variables) for key, value in variables.items()}}
    before = job.get("before_script", [])
    if os.geteuid() != 0:  # as in its image, where it is root
        before = [line for line in before if not line.startswith("apt-get ")]
    environment["APT_CONFIG"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "apt.conf")
    swap = [f"git -C .expool rev-parse -q --verify HEAD >/dev/null && rm -rf .expool && ln -s '{TREE}' .expool"]
    script = "\n".join(["set -eo pipefail", *before, *swap, *job["script"]])
    return subprocess.run(["bash", "-c", script], env=environment, stdin=subprocess.DEVNULL, check=False).returncode == 0


def check_artifacts(job):
    artifacts = job["artifacts"]
    assert artifacts["when"] == "always", "a failed job would keep nothing"
    for path in artifacts["paths"]:
        assert os.listdir(path), f"{path} is empty"
    junit = glob.glob(artifacts["reports"]["junit"])
    assert junit, "no JUnit file for the merge request"
    check_results.check_junit(junit)


def run(path):
    document = read(path)
    names = [name for name in document if not name.startswith(".") and name not in KEYWORDS]
    assert names, f"{path} has no job"
    is_good = True
    for name in names:
        job = flatten(document, name)
        is_good = run_job(name, job) and is_good
        check_artifacts(job)
    return is_good


if __name__ == "__main__":
    good = run(sys.argv[1])
    print("gitlab: " + ("green" if good else "red"))
    sys.exit(0 if good else 1)
