"""The workflows: what they run cannot be changed from outside, and may do no more than it must."""

import re

import notebooks
import pytest
import yaml

FOLDER = notebooks.ROOT / ".github" / "workflows"
WORKFLOWS = {
    path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.y*ml"))
}
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
# What a job may do beyond reading; all else is an error.
MORE = {
    ("site.yml", "publish"): {"pages": "write", "id-token": "write"},
    ("site.yml", "build"): {"contents": "read", "pages": "read"},
    ("release.yml", "publish"): {"id-token": "write"},
}


def problems(name: str, text: str) -> list[str]:
    """What is too free in a workflow."""
    found = []
    for used in re.findall(r"uses:\s*(.+)", text):
        if not PINNED.fullmatch(used.strip()):
            found.append(f"{name}: {used} is not pinned by a commit with its version beside it")
    workflow = yaml.safe_load(text)
    if workflow.get("permissions") != {"contents": "read"}:
        found.append(f"{name}: permissions of the workflow should be contents: read")
    if "pull_request_target" in workflow[True]:  # YAML reads the key `on` as true
        found.append(f"{name}: pull_request_target hands secrets to others' code")
    for job, content in workflow["jobs"].items():
        allowed = MORE.get((name, job), {"contents": "read"})
        if content.get("permissions") != allowed:
            found.append(f"{name}: permissions of {job} should be {allowed}")
        if "timeout-minutes" not in content:
            found.append(f"{name}: {job} has no timeout-minutes")
        for step in content["steps"]:
            if "checkout@" in step.get("uses", "") and step.get("with", {}).get(
                "persist-credentials", True
            ):
                found.append(f"{name}: {job} leaves the token in the checkout")
            inserted = re.findall(r"\$\{\{ *(\w+)", step.get("run", ""))
            if set(inserted) - {"matrix"}:
                found.append(f"{name}: {job} puts an expression into a shell: {step['run']}")
    return found


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_and_permissions_are_least(name):
    assert problems(name, WORKFLOWS[name]) == []


def test_one_version_of_each_action():
    used = set(re.findall(r"uses:\s*([\w./-]+)@(\w+ # \S+)", "\n".join(WORKFLOWS.values())))
    assert len(used) == len({action for action, _ in used}) >= 7


@pytest.mark.parametrize(("there", "planted", "message"), [
    (r"checkout@[0-9a-f]{40} # v[\d.]+", "checkout@v7", "not pinned"),
    (r"checkout@[0-9a-f]{40}", "checkout@3d3c42e", "not pinned"),
    (r" # v[\d.]+", "", "not pinned"),
    (r"^permissions:\n  contents: read\n", "", "permissions of the workflow"),
    (r"^permissions:\n  contents: read", "permissions: write-all", "permissions of the workflow"),
    (r"    permissions:\n      contents: read\n", "", "permissions of"),
    (r"    permissions:\n      contents: read", "    permissions:\n      contents: write",
     "permissions of"),
    (r"  pull_request:", "  pull_request_target:", "secrets"),
    (r"    timeout-minutes: \d+\n", "", "timeout"),
    (r"          persist-credentials: false", "          fetch-depth: 0", "token"),
    (r"run: make test-oracle", "run: echo ${{ github.head_ref }}", "shell"),
])  # fmt: skip
def test_a_planted_fault_is_found(there, planted, message):
    text, count = re.subn(there, planted, WORKFLOWS["tests.yml"], count=1, flags=re.MULTILINE)
    assert count == 1
    assert any(message in problem for problem in problems("tests.yml", text))


def test_what_is_published_is_what_was_tested():
    steps = yaml.safe_load(WORKFLOWS["site.yml"])["jobs"]["build"]["steps"]
    order = [step.get("run") or step["uses"].partition("@")[0] for step in steps]
    last = ["make test-site", "make checksums", "actions/upload-artifact",
            "actions/upload-pages-artifact"]  # fmt: skip
    assert order[-4:] == last
    publish = yaml.safe_load(WORKFLOWS["site.yml"])["jobs"]["publish"]
    assert publish["needs"] == "build"
    assert [step["uses"].partition("@")[0] for step in publish["steps"]] == ["actions/deploy-pages"]


def test_every_supported_python_is_tried():
    jobs = yaml.safe_load(WORKFLOWS["tests.yml"])["jobs"]
    for job in ("everything", "ranges"):
        assert jobs[job]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    more = jobs["ranges"]["strategy"]["matrix"]["include"]
    assert {entry["os"] for entry in more} == {"ubuntu-latest", "windows-latest", "macos-latest"}
