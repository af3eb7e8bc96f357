"""github.py WORKFLOW: does what GitHub's runner does with a workflow of ours, in this folder: each step in order, with
its inputs filled in. Of actions of others it does the checkouts and looks at what the uploads are given."""
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

import check_results
from expressions import as_text, fill_in, is_due

TREE = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
OURS = "OWNER/expool"
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
TYPES = {"string": str, "number": (int, float), "boolean": bool}


class Loader(yaml.SafeLoader):
    """YAML 1.2's words: `on` is no truth value."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, what) for tag, what in found if tag != "tag:yaml.org,2002:bool"]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def load(path, schema):
    with open(path, encoding="utf-8") as file:
        document = yaml.load(file, Loader)
    jsonschema.validate(document, check_results.load(os.path.join(check_results.SCHEMAS, schema)))
    return document


def take_inputs(declared, given, who):
    """The values of all inputs; refuses what GitHub refuses."""
    unknown = set(given) - set(declared)
    assert not unknown, f"{who} has no inputs {sorted(unknown)}"
    values = {}
    for name, input_ in declared.items():
        assert name in given or not input_.get("required"), f"{who} wants the input {name}"
        values[name] = given.get(name, input_.get("default", ""))
        kind = TYPES.get(input_.get("type"))
        assert kind is None or isinstance(values[name], kind), f"{who}: {name} is no {input_['type']}"
    return values


class Job:
    """One job: where it works, what its steps have set, whether one has failed."""

    def __init__(self, name):
        self.has_failed, self.steps, self.said = False, {}, []
        self.scratch = tempfile.mkdtemp(dir=os.environ.get("TMPDIR", "/tmp"))
        self.github = {"job": name, "run_attempt": 1, "workspace": os.getcwd()}

    def values(self, inputs):
        return {"inputs": inputs, "github": self.github, "runner": {"os": "Linux"}, "steps": self.steps}

    def run_steps(self, steps, inputs, folder):
        for step in steps:
            values = self.values(inputs)
            if not is_due(step.get("if"), values, self.has_failed):
                continue
            if "run" in step:
                self.run_script(step, values, folder)
            else:
                given = {key: fill_in(value, values) for key, value in step.get("with", {}).items()}
                self.use(step["uses"], given)

    def run_script(self, step, values, folder):
        assert "${{" not in step["run"], "what others wrote goes through the environment, not into a script"
        output = os.path.join(self.scratch, "output")
        open(output, "w", encoding="utf-8").close()
        environment = dict(os.environ, GITHUB_ACTIONS="true", CI="true", GITHUB_WORKSPACE=os.getcwd(),
                           GITHUB_OUTPUT=output, GITHUB_ACTION_PATH=folder or "",
                           GITHUB_STEP_SUMMARY=os.path.join(self.scratch, "summary.md"))
        environment.update({key: fill_in(value, values) for key, value in step.get("env", {}).items()})
        shell = ["bash", "--noprofile", "--norc", "-e"] + (["-o", "pipefail"] if "shell" in step else [])
        ended = subprocess.run([*shell, "-c", step["run"]], env=environment, stdin=subprocess.DEVNULL, check=False)
        self.has_failed = self.has_failed or ended.returncode != 0
        with open(output, encoding="utf-8") as file:
            outputs = dict(line.rstrip("\n").split("=", 1) for line in file)
        if "id" in step:
            self.steps[step["id"]] = {"outputs": outputs}
        self.said.append(f"step '{step.get('name', step['run'][:30])}' ended with {ended.returncode}")

    def use(self, action, given):
        if action == "./.expool" or action.startswith(OURS + "@"):
            self.use_ours(".expool" if action.startswith(".") else TREE, given)
            return
        assert PINNED.match(action), f"{action} is not pinned"
        kind = action.split("@")[0]
        if kind == "actions/checkout":
            self.check_out(given)
        elif kind == "github/codeql-action/upload-sarif":
            self.said += ["uploaded " + found for found in check_results.check_sarif(given["sarif_file"])]
        elif kind == "actions/upload-artifact":
            assert os.listdir(given["path"]), f"{given['path']} is empty"
        else:
            raise ValueError(f"{action}: not known here")

    def use_ours(self, folder, given):
        action = load(os.path.join(folder, "action.yml"), "github-action.json")
        steps, self.steps = self.steps, {}
        inputs = take_inputs(action["inputs"], given, "action.yml")
        self.run_steps(action["runs"]["steps"], inputs, os.path.realpath(folder))
        self.steps = steps

    def check_out(self, given):
        if "path" not in given:
            assert os.path.isdir(".git"), "the project is not checked out"
            return
        assert given["repository"] == OURS and given["ref"], "only our own repository can be had here"
        os.symlink(TREE, given["path"])


def run(workflow):
    """True when every job of the workflow succeeds; what was done, line by line."""
    document, said, is_good = load(workflow, "github-workflow.json"), [], True
    for name, caller in document["jobs"].items():
        job, inputs, steps = Job(name), {}, caller.get("steps")
        if "uses" in caller:
            path = re.match(rf"^{OURS}/(.+)@[\w.-]+$", caller["uses"])[1]
            called = load(os.path.join(TREE, path), "github-workflow.json")
            inputs = take_inputs(called["on"]["workflow_call"]["inputs"], caller["with"], path)
            granted = caller.get("permissions", document.get("permissions", {}))
            (inner,) = called["jobs"].values()
            for scope, level in inner["permissions"].items():
                assert granted.get(scope) in (level, "write"), f"{name} does not grant {scope}: {level}"
            steps = inner["steps"]
        job.run_steps(steps, inputs, None)
        said += job.said
        is_good = is_good and not job.has_failed
        assert os.path.getsize(os.path.join(job.scratch, "summary.md")) > 0, "no summary of the step"
    return is_good, said


if __name__ == "__main__":
    good, lines = run(sys.argv[1])
    print("\n".join(lines))
    print("github: " + ("green" if good else "red"))
    sys.exit(0 if good else 1)
