"""The commands, the locks and what may be in the repository."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ["_env", "assets", "demo", "manage", "setup", "test"]
LOCKS = ["base", "dev", "node", "uv"]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def tracked_files() -> list[str]:
    listing = run("git", "ls-files", "-z")
    if listing.returncode:
        # An archive without its history: whatever is there, less what is made here.
        made_here = {".venv", "node_modules", "build", "var"}
        paths = (p.relative_to(ROOT) for p in ROOT.rglob("*") if p.is_file())
        return [str(p) for p in paths if p.parts[0] not in made_here]
    return [name for name in listing.stdout.split("\0") if name and (ROOT / name).exists()]


def requirements(lock: str) -> dict[str, list[str]]:
    """Each pinned line of a lock (`name==version`, marker and all) with its hashes."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {
        line.split(" --hash")[0].strip(): re.findall(r"--hash=sha256:([0-9a-f]{64})\b", line)
        for line in lines
    }


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_valid_posix_shell(name):
    for shell in filter(shutil.which, ("sh", "dash")):
        result = run(shell, "-n", f"bin/{name}")
        assert (result.returncode, result.stderr) == (0, "")


def test_every_script_can_be_run():
    for path in [ROOT / ".ci" / "run", *(ROOT / "bin" / name for name in SCRIPTS[1:])]:
        assert os.access(path, os.X_OK), path


def test_ci_script_is_valid_bash():
    bash = shutil.which("bash")
    assert bash
    assert run(bash, "-n", ".ci/run").returncode == 0


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_and_hashes_every_package(lock):
    pinned = requirements(lock)
    assert pinned
    for line, hashes in pinned.items():
        assert re.match(r"^[a-z0-9][a-z0-9._\[\],-]*==[^ ]+( ; .+)?$", line), line
        assert hashes, line


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert "http" not in text
    assert "index" not in text


def test_development_lock_contains_the_runtime_lock():
    assert requirements("base").items() <= requirements("dev").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_every_direct_requirement(lock):
    text = (ROOT / "requirements" / f"{lock}.in").read_text()
    wanted = [line for line in text.splitlines() if line and line[0] not in "#-"]
    locked = {re.split(r"==", line)[0] for line in requirements(lock)}
    for line in wanted:
        assert re.split(r"[=<>\[]", line)[0].lower() in locked, line


def test_front_end_lock_is_complete_and_names_no_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    direct = json.loads((ROOT / "package.json").read_text())
    wanted = direct["dependencies"] | direct["devDependencies"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name
    assert "http" not in (ROOT / "package-lock.json").read_text()


def test_nothing_made_elsewhere_is_tracked():
    names = tracked_files()
    assert "bin/demo" in names
    unwanted = re.compile(
        r"\.min\.(js|css|mjs)$|\.(woff2?|ttf|otf|eot|whl|sqlite3|pyc|map)$"
        r"|(^|/)(node_modules|\.venv|vendor|vendored|third_party|build|var)/|^uv\.lock$"
    )
    assert [name for name in names if unwanted.search(name)] == []


def test_scripts_and_settings_name_no_registry_and_no_home():
    # Put together here, so that this file does not hold what it looks for.
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js", "deb.debian" + ".org"]
    homes = ["/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/"]
    for name in tracked_files():
        if name.startswith(("bin/", ".ci/", "requirements/", "config/")) or "/" not in name:
            text = (ROOT / name).read_bytes().decode("utf-8", "replace")
            assert [word for word in hosts + homes if word in text] == [], name


def test_every_app_is_checked_for_types_and_imports():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps <= set(settings["mypy"]["files"])
    assert apps <= set(settings["importlinter"]["root_packages"])
    assert apps <= set(settings["coverage"]["run"]["source"])


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1", "８０"])
def test_demo_refuses_a_port_that_is_none(port, tmp_path):
    result = run("bin/demo", PORT=port or " ", PYTHON=sys.executable, VAR_DIR=str(tmp_path / "var"))
    assert result.returncode == 1
    assert "PORT must be a number from 1 to 65535" in result.stderr
    assert not (tmp_path / "var").exists()


def test_demo_says_that_the_port_is_taken_and_loads_nothing(tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        result = run("bin/demo", PORT=port, PYTHON=sys.executable, VAR_DIR=str(tmp_path / "var"))
    assert result.returncode == 1
    assert result.stderr.startswith(f"Port {port} cannot be used")
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""
    assert not (tmp_path / "var").exists()


def test_scripts_say_which_python_is_needed(tmp_path):
    old = tmp_path / "python-of-yesterday"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    for python, found in [(str(old), "Python 3.9.2"), (str(tmp_path / "none"), "not found")]:
        result = run("bin/setup", "dev", PYTHON=python, VAR_DIR=str(tmp_path / "var"))
        assert result.returncode == 1
        assert "Python 3.11 or newer is needed" in result.stderr
        assert found in result.stderr


def test_setup_says_what_it_can_set_up():
    result = run("bin/setup", "everything")
    assert result.returncode == 2
    assert "bin/setup demo" in result.stderr
