#!/usr/bin/env python3
"""Fails where an #include breaks the layout: folders are the architecture.

usage: check_includes.py [ROOT]      prints "FILE:LINE: reason" for each violation; exit 1 if any
"""
import pathlib
import re
import sys

# Folder -> the project's folders it may include, beside itself.
ALLOWED = {
    "src/base": [],
    "src/http": ["src/base"],
    "src/store": ["src/base"],
    "src/store/sqlite": ["src/store", "src/base"],
    "src/store/mongo": ["src/store", "src/base"],
    "src/bus": ["src/base"],
    "src/bus/dead_letters": ["src/bus", "src/store", "src/base"],
    "src/bus/embedded": ["src/bus", "src/bus/dead_letters", "src/store", "src/base"],
    "src/bus/rabbitmq": ["src/bus", "src/bus/dead_letters", "src/store", "src/base"],
    "src/workflow": ["src/store", "src/bus", "src/http", "src/base"],
    "src/contracts": ["src/base"],
    "src/services/*": ["src/base", "src/http", "src/store", "src/bus", "src/workflow", "src/contracts"],
    "app": ["src/*"],
    "tests": ["src/*", "app", "tests"],
    "bench": ["src/*", "app", "bench"],
}

# Third-party header prefix -> the only folders that may see it.
FOREIGN = {
    "spdlog/": ["src/base"],
    "fmt/": ["src/base"],
    "prometheus/": ["src/base"],
    "openssl/": ["src/base", "src/http"],
    "boost/asio/ssl/": ["src/http"],
    "zlib.h": ["src/http"],
    "sqlite3.h": ["src/store/sqlite"],
    "mongoc/": ["src/store/mongo"],
    "bson/": ["src/store/mongo"],
    "amqp": ["src/bus/rabbitmq"],
    "crypt.h": ["src/services/auth"],
    "curl/": ["src/services/notification"],
    "cairo": ["src/services/booking"],
    "pango/": ["src/services/booking"],
    "toml++/": ["app"],
    "toml.hpp": ["app"],
    "CLI/": ["app"],
    "gtest/": ["tests"],
    "gmock/": ["tests"],
    "benchmark/": ["bench"],
    "boost/beast": ["src/http"],
    "boost/asio/ip/": ["src/http", "app"],
}
# The test of an adapter may look at what it stands on.
TESTS_MAY_SEE_FOREIGN = {"sqlite3.h", "openssl/", "zlib.h", "boost/asio/ip/"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def matches(pattern, folder):
    if pattern.endswith("/*"):
        return folder.startswith(pattern[:-1])
    return folder == pattern


def layer_of(path):
    """The entry of ALLOWED that rules `path` (relative, posix), or None."""
    folder = path.rsplit("/", 1)[0] if "/" in path else ""
    parts = folder.split("/")
    if parts[:2] == ["src", "services"] and len(parts) >= 3:
        return "src/services/" + parts[2]
    for depth in range(len(parts), 0, -1):
        candidate = "/".join(parts[:depth])
        if candidate in ALLOWED:
            return candidate
    return None


def rule(layer):
    if layer.startswith("src/services/"):
        return ALLOWED["src/services/*"]
    return ALLOWED[layer]


def check_project_include(root, path, layer, target):
    base = root / "src" / target
    included = "src/" + target if base.exists() else None
    if included is None:
        beside = (root / path).parent / target
        if beside.exists():
            included = beside.resolve().relative_to(root.resolve()).as_posix()
        elif layer == "tests" and (root / "tests" / target).exists():
            included = "tests/" + target
        elif (root / target).exists():
            included = target
        else:
            return f'"{target}" is no file of the project'
    other = layer_of(included)
    if other == layer or other is None:
        return None
    if any(matches(pattern, other) for pattern in rule(layer)):
        return None
    return f"{layer} may not include {other} ({target})"


def check_foreign_include(layer, target):
    for prefix, folders in FOREIGN.items():
        if not target.startswith(prefix):
            continue
        if layer in folders:
            return None
        if layer in ("tests", "bench") and prefix in TESTS_MAY_SEE_FOREIGN:
            return None
        return f"<{target}> is only for {', '.join(folders)}"
    return None


def violations(root):
    for top in ("src", "app", "tests", "bench"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".hpp", ".cpp") or not file.is_file():
                continue
            path = file.relative_to(root).as_posix()
            layer = layer_of(path)
            if layer is None:
                yield f"{path}:1: no layer is known for this folder"
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                found = INCLUDE.match(line)
                if not found:
                    continue
                quote, target = found.groups()
                reason = (check_project_include(root, path, layer, target) if quote == '"'
                          else check_foreign_include(layer, target))
                if reason:
                    yield f"{path}:{number}: {reason}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    found = list(violations(root))
    for line in found:
        print(line)
    print(f"include check: {len(found)} violations" if found else "include check: clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
