"""Which files clang-tidy looks at again, and which verdicts still hold."""
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import tidy  # noqa: E402

FILES = {".clang-tidy": "Checks: '-*'\n", "src/http/url.cpp": '#include "http/url.hpp"\n',
         "src/http/url.hpp": '#include "base/error.hpp"\n#include <string>\n', "src/base/error.hpp": "// errors\n",
         "src/base/other.hpp": "// other\n", "src/base/log.cpp": '#include "log.hpp"\n', "src/base/log.hpp": "// log\n"}


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def key(root, path="src/http/url.cpp", command="clang++ -O1", version="16"):
    return tidy.key(root, path, command, version)


def test_a_verdict_depends_on_what_the_file_includes(root):
    before = key(root)
    assert key(root) == before
    (root / "src/base/error.hpp").write_text("// other errors\n")
    assert key(root) != before


def test_a_header_beside_the_file_counts(root):
    before = key(root, "src/base/log.cpp")
    (root / "src/base/log.hpp").write_text("// other log\n")
    assert key(root, "src/base/log.cpp") != before


def test_a_verdict_does_not_depend_on_other_headers_or_the_folder(root, tmp_path_factory):
    before = key(root, command=f"clang++ -I{root}/src")
    (root / "src/base/other.hpp").write_text("// changed\n")
    assert key(root, command=f"clang++ -I{root}/src") == before


@pytest.mark.parametrize("change", ({"command": "clang++ -O2"}, {"version": "17"}))
def test_a_verdict_depends_on_command_and_tool(root, change):
    assert key(root, **change) != key(root)


def test_a_verdict_depends_on_the_checks(root):
    before = key(root)
    (root / ".clang-tidy").write_text("Checks: '-*,bugprone-use-after-move'\n")
    assert key(root) != before


def test_includes_in_a_circle_end(root):
    (root / "src/base/error.hpp").write_text('#include "http/url.hpp"\n')
    assert tidy.closure(root, "src/http/url.cpp") == {"src/http/url.cpp", "src/http/url.hpp", "src/base/error.hpp"}


def test_changed_files_and_those_that_read_strangers_input_are_selected(root):
    def git(*command):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e@b.se", *command], cwd=root, check=True,
                       capture_output=True)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "first")
    git("checkout", "-qb", "work")
    (root / "src/base/log.cpp").write_text("// changed\n")
    git("commit", "-qam", "second")
    known = ["src/base/log.cpp", "src/http/url.cpp", "src/base/quiet.cpp"]
    assert tidy.selected(root, known, ["--changed"]) == ["src/base/log.cpp", "src/http/url.cpp"]
    assert tidy.selected(root, known, []) == sorted(known)
    assert tidy.selected(root, known, ["src/base/quiet.cpp"]) == ["src/base/quiet.cpp"]


def test_every_file_named_as_reading_strangers_input_is_there():
    for pattern in tidy.FRONT:
        assert list(tidy.ROOT.glob(pattern)), pattern
