#!/usr/bin/env python3
"""Writes a C++ source that holds files as texts.

usage: embed.py OUT NAMESPACE HEADER NAME=FILE...    NAME is a std::string_view that HEADER declares
"""
import pathlib
import sys

PIECE = 8000  # a compiler has to take a literal of this length (ISO C++: 65,536)


def literal(text):
    pieces = [text[at:at + PIECE] for at in range(0, len(text), PIECE)]
    return "\n".join(f'R"~embed~({piece})~embed~"' for piece in pieces) or '""'


def main():
    out, namespace, header, *files = sys.argv[1:]
    source = f'#include "{header}"\n\nnamespace {namespace} {{\n\n'
    for name, _, file in (item.partition("=") for item in files):
        source += f"const std::string_view {name} =\n{literal(pathlib.Path(file).read_text())};\n\n"
    pathlib.Path(out).write_text(source + f"}}  // namespace {namespace}\n")


if __name__ == "__main__":
    main()
