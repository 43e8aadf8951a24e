"""The coroutine check finds what g++ 12 miscompiles, and nothing else."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import check_coroutines  # noqa: E402

TEMPORARY = "a braced temporary in an expression with co_await"
CAPTURE = "a lambda that captures by value in an expression with co_await"
CONDITION = "co_await in a condition of a coroutine without a local variable"


def faults(text):
    return [f"{line}: {reason}" for line, reason in check_coroutines.faults_of(text)]


def coroutine(*lines):
    return "Task<void> run(std::string name) {\n" + "\n".join(lines) + "\n}\n"


WRONG = {
    "a braced temporary as argument": ("co_await save(User{name, 1});", TEMPORARY),
    "one in a template's arguments": ("co_await save(Id<EventKind>{name});", TEMPORARY),
    "an untyped one": ("co_await save({name, 1});", TEMPORARY),
    "one behind another argument": ("co_await save(store, Query{name});", TEMPORARY),
    "one in what is awaited itself": ("co_await Work{name}.run();", TEMPORARY),
    "one before the co_await": ("use(User{name}, co_await load());", TEMPORARY),
    "one in what is returned": ("co_return co_await save(User{name});", TEMPORARY),
    "one inside a declaration": ("const auto saved = co_await save(User{name});", TEMPORARY),
    "one in a condition": ("auto kept = name;\nif (co_await save(User{name})) use(kept);", TEMPORARY),
    "a list": ("co_await save(std::vector<std::string>{name});", TEMPORARY),
    "a capturing lambda": ("co_await suspend<int>([name](auto resume) { keep(resume); });", CAPTURE),
    "one with a default copy": ("co_await suspend<int>([=](auto resume) { keep(resume); });", CAPTURE),
    "one with a moved capture": ("co_await suspend<int>([&, n = std::move(name)] { use(n); });", CAPTURE),
    "one in a lambda coroutine": ("auto work = [&]() -> Task<void> { co_await save(User{name}); };\nspawn(work);",
                                  TEMPORARY),
    "a wait in an if": ("if (co_await save(name)) use(name);", CONDITION),
    "a wait in a negated if": ("use(name);\nif (!co_await save(name)) co_return;", CONDITION),
    "a wait in a while": ("while (co_await more()) use(name);", CONDITION),
    "a wait in a switch": ("switch (co_await kind()) {\ncase 1:\nuse(name);\n}", CONDITION),
}
SOUND = {
    "a named value": "User user{name, 1};\nco_await save(std::move(user));",
    "a named lambda": "auto start = [name](auto resume) { keep(resume, name); };\nco_await suspend<int>(start);",
    "a lambda by reference": "co_await suspend<int>([&](auto resume) { keep(resume, name); });",
    "a lambda with this": "co_await suspend<int>([this](auto resume) { keep(resume); });",
    "a braced temporary elsewhere": "save(User{name});\nco_await more();",
    "one in the body behind a condition": "auto kept = name;\nif (co_await more()) { save(User{kept}); }",
    "a braced return": "co_await more();\nco_return User{name};",
    "a duration": "co_await sleep_for(std::chrono::milliseconds{5});",
    "a default argument": "co_await save(name, {});",
    "an index": "co_await save(names[0]);",
    "a comment": "co_await save(name);  // not save(User{name})",
    "a text": 'co_await save("User{name}", R"(if (co_await x) [name] {})");',
    "a condition beside a local": "const auto kept = name;\nif (co_await save(kept)) use(kept);",
    "a condition beside a reference": "std::string& kept = name;\nwhile (co_await more()) use(kept);",
    "a condition in a loop over values": "for (const auto& item : items)\nif (co_await save(item)) use(item);",
    "a condition without a wait": "if (name.empty()) co_return;\nco_await save(name);",
}


@pytest.mark.parametrize("title", WRONG)
def test_a_planted_fault_is_found(title):
    text, reason = WRONG[title]
    found = faults(coroutine(text))
    assert len(found) == 1 and found[0].endswith(reason), found


@pytest.mark.parametrize("title", SOUND)
def test_sound_code_is_let_through(title):
    assert faults(coroutine(SOUND[title])) == []


def test_the_line_is_named():
    text = "/* two\nlines */\n" + coroutine("use(name);", "co_await save(", "    User{name});")
    assert faults(text) == [f"6: {TEMPORARY}"]


def test_each_function_needs_a_local_of_its_own():
    text = coroutine("const int kept = 1;", "use(kept);", "co_await more();") + coroutine("if (co_await more()) use(name);")
    assert faults(text) == [f"7: {CONDITION}"]


def test_a_lambda_s_local_is_not_its_surroundings():
    text = coroutine("spawn([] { int own = 1; use(own); });", "if (co_await more()) use(name);")
    assert faults(text) == [f"3: {CONDITION}"]


def test_a_file_is_named_and_fails_the_check(tmp_path, capsys, monkeypatch):
    file = tmp_path / "src" / "base" / "planted.cpp"
    file.parent.mkdir(parents=True)
    file.write_text(coroutine("co_await save(User{name});"))
    monkeypatch.setattr(sys, "argv", ["check_coroutines.py", str(tmp_path)])
    assert check_coroutines.main() == 1
    assert f"src/base/planted.cpp:2: {TEMPORARY}" in capsys.readouterr().out


def test_this_project_is_clean(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["check_coroutines.py"])
    assert check_coroutines.main() == 0, capsys.readouterr().out
