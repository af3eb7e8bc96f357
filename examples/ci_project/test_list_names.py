"""The program list_names, by pytest; BUILD is the folder it was built in (build)."""
import os
import subprocess


def list_names(text):
    program = os.path.join(os.environ.get("BUILD", "build"), "list_names")
    return subprocess.run([program], input=text, text=True, stdout=subprocess.PIPE, check=True).stdout


def test_the_last_name_comes_first():
    assert list_names("Ada\nKonrad\n") == "Konrad\nAda\n"


def test_no_names_are_fine():
    assert list_names("") == ""
