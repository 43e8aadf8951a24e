"""The include check finds planted violations and lets sound code through."""
import pathlib
import subprocess
import sys

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_includes.py"


def run(tmp_path, files):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    done = subprocess.run([sys.executable, TOOL, tmp_path], capture_output=True, text=True)
    return done.returncode, done.stdout


BASE = {"src/base/error.hpp": "#pragma once\n", "src/store/document_store.hpp": '#include "base/error.hpp"\n',
        "src/store/sqlite/sqlite_store.hpp": '#include "store/document_store.hpp"\n#include <sqlite3.h>\n',
        "src/services/user/service.hpp": '#include "store/document_store.hpp"\n#include "user_part.hpp"\n',
        "src/services/user/user_part.hpp": "", "src/services/event/service.hpp": "",
        "app/main.cpp": '#include "store/sqlite/sqlite_store.hpp"\n#include "services/user/service.hpp"\n'}


def test_sound_code_is_clean(tmp_path):
    code, out = run(tmp_path, BASE)
    assert code == 0, out


def test_a_lower_layer_may_not_include_a_higher_one(tmp_path):
    code, out = run(tmp_path, BASE | {"src/base/error.hpp": '#include "store/document_store.hpp"\n'})
    assert code == 1 and "src/base/error.hpp:1: src/base may not include src/store" in out


def test_a_service_may_not_include_a_sibling(tmp_path):
    code, out = run(tmp_path, BASE | {"src/services/user/routes.cpp": '\n#include "services/event/service.hpp"\n'})
    assert code == 1 and "src/services/user/routes.cpp:2: src/services/user may not include src/services/event" in out


def test_a_service_may_not_include_an_adapter(tmp_path):
    code, out = run(tmp_path, BASE | {"src/services/user/routes.cpp": '#include "store/sqlite/sqlite_store.hpp"\n'})
    assert code == 1 and "may not include src/store/sqlite" in out


def test_a_foreign_header_stays_behind_its_adapter(tmp_path):
    code, out = run(tmp_path, BASE | {"src/services/user/routes.cpp": "#include <sqlite3.h>\n"})
    assert code == 1 and "<sqlite3.h> is only for src/store/sqlite" in out


def test_a_file_that_is_not_there(tmp_path):
    code, out = run(tmp_path, BASE | {"src/http/server.cpp": '#include "base/missing.hpp"\n'})
    assert code == 1 and "no file of the project" in out


def test_this_project_is_clean():
    done = subprocess.run([sys.executable, TOOL], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
