#!/usr/bin/env python3
"""Runs clang-tidy over src/ and app/, only where something it saw last time has changed.

usage: tidy.py [--changed] [FILES…]
  --changed   the files that differ from where this branch left main, and those that read what strangers
              send; else all (or FILES)
A file that passed leaves a stamp in build/tidy, named by all that the verdict depends on: the file, the
project's headers it includes, its compile command, .clang-tidy and the tool's version.
"""
import concurrent.futures
import fnmatch
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = "clang-tidy-16"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
# What reads strangers' input, without coroutines: the analyzer walks its paths as well.
FRONT = ["src/http/parser.cpp", "src/http/head_lines.cpp", "src/http/chunked_reader.cpp", "src/http/response_parser.cpp",
         "src/http/url.cpp", "src/http/accept.cpp", "src/http/call.cpp", "src/http/message.cpp",
         "src/http/request_writer.cpp", "src/http/response_writer.cpp", "src/base/json.cpp", "src/base/fields.cpp",
         "src/base/text.cpp", "src/base/time.cpp", "src/base/money.cpp", "src/base/crypto.cpp",
         "src/services/auth/token.cpp", "src/services/auth/session.cpp", "src/services/auth/cookie.cpp",
         "src/services/gateway/address.cpp", "src/services/gateway/origins.cpp",
         "src/services/gateway/forwarding.cpp", "src/services/gateway/refresh_cookie.cpp",
         "src/services/gateway/route_table.cpp", "src/services/*/wire.cpp", "src/services/user/input.cpp"]
ANALYZER = "clang-analyzer-core.*,clang-analyzer-cplusplus.*,clang-analyzer-security.*"


def is_front(path):
    return any(fnmatch.fnmatch(path, pattern) for pattern in FRONT)


def closure(root, path, seen=None):
    """`path` and every file of the project that it includes."""
    seen = set() if seen is None else seen
    if path in seen:
        return seen
    seen.add(path)
    text = (root / path).read_text(encoding="utf-8")
    for target in INCLUDE.findall(text):
        for candidate in (root / "src" / target, (root / path).parent / target, root / target):
            if candidate.is_file():
                closure(root, candidate.resolve().relative_to(root.resolve()).as_posix(), seen)
                break
    return seen


def key(root, path, command, version):
    digest = hashlib.sha256()
    settings = root / ".clang-tidy"
    digest.update((version + "\0" + command.replace(str(root), "") + "\0" + settings.read_text() + ANALYZER).encode())
    for name in sorted(closure(root, path)):
        digest.update(name.encode() + b"\0" + (root / name).read_bytes())
    return digest.hexdigest()


def changed_files(root):
    def lines(*command):
        return subprocess.run(["git", *command], cwd=root, capture_output=True, text=True).stdout.split()
    base = (lines("merge-base", "HEAD", "origin/main") or lines("merge-base", "HEAD", "main") or ["HEAD~1"])[0]
    return set(lines("diff", "--name-only", base)) | set(lines("ls-files", "--others", "--exclude-standard"))


def selected(root, known, arguments):
    if arguments[:1] == ["--changed"]:
        changed = changed_files(root)
        return sorted(path for path in known if is_front(path) or path in changed)
    return sorted(path for path in known if not arguments or path in arguments)


def check(path):
    command = [TOOL, "-p", str(ROOT / "build/fuzz"), "--quiet"]
    command += ["--checks=" + ANALYZER] if is_front(path) else []
    done = subprocess.run(command + [str(ROOT / path)], capture_output=True, text=True, cwd=ROOT)
    return path, done.returncode, done.stdout


def prepare():
    """The compile commands, and clang's precompiled header, which spares most of the reading."""
    subprocess.run(["cmake", "--preset", "fuzz", "-DTHENORSOUND_TESTS=OFF"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", "build/fuzz", "--quiet", "thenor_pch"], cwd=ROOT, check=True)
    entries = json.loads((ROOT / "build/fuzz/compile_commands.json").read_text())
    found = {}
    for entry in entries:
        file = pathlib.Path(entry["file"])
        if file.is_relative_to(ROOT):
            found[file.relative_to(ROOT).as_posix()] = entry["command"]
    return {path: command for path, command in found.items() if path.startswith(("src/", "app/"))}


def main():
    commands = prepare()
    version = subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=True).stdout
    stamps = ROOT / "build/tidy"
    stamps.mkdir(parents=True, exist_ok=True)
    wanted = selected(ROOT, commands, sys.argv[1:])
    stamp = {path: stamps / key(ROOT, path, commands[path], version) for path in wanted}
    fresh = [path for path in wanted if not stamp[path].exists()]
    print(f"clang-tidy: {len(wanted)} files, {len(wanted) - len(fresh)} of them checked before", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for path, code, out in pool.map(check, fresh):
            if code == 0:
                stamp[path].touch()
            else:
                failed += 1
                print(f"== {path}\n{out}", flush=True)
    print(f"clang-tidy: {failed} files with findings" if failed else "clang-tidy: clean")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
