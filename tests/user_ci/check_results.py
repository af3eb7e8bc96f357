"""check_results.py FOLDER: what expool-ci left: SARIF as the format and GitHub have it, JUnit by its schema."""
import glob
import json
import os
import subprocess
import sys

import jsonschema

SCHEMAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "schemas")
GITHUB_BYTES = 10 << 20  # of the file, compressed; GitHub shows 5000 results of a run
GITHUB_RESULTS = 5000


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def check_sarif(path):
    document = load(path)
    for schema in ("sarif-2.1.0.json", "sarif-github.json"):
        jsonschema.validate(document, load(os.path.join(SCHEMAS, schema)))
    assert os.path.getsize(path) <= GITHUB_BYTES, f"{path} is too large for code scanning"
    assert len(document["runs"]) == 1, f"{path}: one category takes one run of a tool"
    run = document["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    results = run["results"]
    assert len(results) <= GITHUB_RESULTS, f"{path}: more results than code scanning shows"
    assert len({rule["id"] for rule in rules}) == len(rules), f"{path}: a rule stands twice"
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"], f"{path}: {result['ruleId']}"
    return [place(result) for result in results]


def place(result):
    location = result["locations"][0]["physicalLocation"]
    return f"{result['ruleId']} {location['artifactLocation']['uri']}:{location['region']['startLine']}"


def check_junit(paths):
    schema = os.path.join(SCHEMAS, "junit-4.xsd")
    subprocess.run(["xmllint", "--noout", "--schema", schema, *paths], check=True, stderr=subprocess.PIPE)
    for path in paths:
        query = "count(//testcase) = //testsuites/@tests and count(//failure) = //testsuites/@failures"
        told = subprocess.run(["xmllint", "--xpath", query, path], check=True, stdout=subprocess.PIPE, text=True)
        assert told.stdout.strip() == "true", f"{path}: its counts are not those of its cases"


def check(folder):
    """The places that were found, ["0xC1/0x24 names.c:39"]."""
    junit = sorted(glob.glob(os.path.join(folder, "*.xml")))
    assert junit, f"{folder}: no JUnit file"
    check_junit(junit)
    return check_sarif(os.path.join(folder, "expool.sarif"))


if __name__ == "__main__":
    for found in check(sys.argv[1]):
        print(found)
