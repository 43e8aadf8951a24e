#!/usr/bin/env python3
"""Finds what g++ 12 compiles into broken coroutines without a word.

1. In a full expression with co_await: a braced temporary or a lambda that captures by value. Their
   members are destroyed twice. Name the value first, then move it in.
2. A coroutine without any local variable of its own with co_await in the condition of an if, a while
   or a switch: the awaited value is lost. Name the value.

usage: check_coroutines.py [ROOT]    prints "FILE:LINE: reason" for each; exit 1 if any
"""
import pathlib
import re
import sys

TOKEN = re.compile(r"""
    (?P<skip>//[^\n]*|/\*.*?\*/|^[ \t]*\#(?:[^\n\\]|\\.)*)
  | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^(\s]*)\(.*?\)(?P=delimiter)")
  | (?P<text>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+')
  | (?P<number>\d(?:'?[\w.])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>->|::|&&|\|\||==|!=|<=|>=|[^\s])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)
OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = set(OPENING.values())
CONTROL = {"if", "while", "switch"}
NOT_A_TYPE = {"return", "co_return", "co_await", "co_yield", "delete", "throw", "goto", "case", "else",
              "using", "new", "typename", "template", "struct", "class", "enum", "union", "if", "while",
              "for", "switch", "do", "break", "continue", "default", "public", "private", "protected"}
# Braces behind these hold numbers only.
PLAIN = {"nanoseconds", "microseconds", "milliseconds", "seconds", "minutes", "hours", "bool", "char", "int",
         "unsigned", "double", "size_t", "int32_t", "uint32_t", "int64_t", "uint64_t", "Time", "Day", "Money"}
BEFORE_A_BLOCK = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable"}
TYPE_HEADS = {"struct", "class", "union", "enum", "namespace", "extern"}


class Token:
    """`mate`: index of the bracket that belongs to it. `holds_values`: of `{`, not a block's."""
    __slots__ = ("text", "line", "kind", "mate", "holds_values")

    def __init__(self, text, line, kind):
        self.text, self.line, self.kind = text, line, kind
        self.mate, self.holds_values = None, False


def tokens_of(source):
    tokens, line, at = [], 1, 0
    for found in TOKEN.finditer(source):
        line += source.count("\n", at, found.start())
        at = found.start()
        if found.lastgroup != "skip" and not found.group("skip"):
            kind = "word" if found.group("word") else "sign" if found.group("sign") else "literal"
            tokens.append(Token(found.group(), line, kind))
    waiting = []
    for index, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in OPENING:
            waiting.append(index)
        elif token.text in CLOSING and waiting:
            other = waiting.pop()
            tokens[other].mate, token.mate = index, other
    return tokens


def is_initialiser(tokens, brace, start):
    """Is the brace a list of values rather than a block? `start`: of its statement."""
    before = tokens[brace - 1] if brace > 0 else None
    if before is None or before.text in BEFORE_A_BLOCK or before.text in (";", "}", ")", "]", ":", "->"):
        return False
    if before.text == "{":
        return False
    statement = [t.text for t in tokens[start:brace]]
    if any(word in TYPE_HEADS for word in statement):
        return False
    if "->" in statement and is_trailing_type(tokens, brace):
        return False
    return before.kind == "word" or before.text in (",", "(", "=", ">", "?", "[")


def is_trailing_type(tokens, brace):
    """`) -> Task<void> {`: what stands between the arrow and the brace is a type."""
    at = brace - 1
    while at > 0 and (tokens[at].kind == "word" or tokens[at].text in ("::", "<", ">", "*", "&", ",", "const")):
        at -= 1
    return tokens[at].text == "->" and tokens[at - 1].text in (")", "mutable", "noexcept")


def is_lambda(tokens, bracket):
    before = tokens[bracket - 1] if bracket > 0 else None
    if before is not None and (before.text in (")", "]", "[") or before.kind == "literal" or (
            before.kind == "word" and before.text not in NOT_A_TYPE)):
        return False
    after = tokens[bracket + 1] if bracket + 1 < len(tokens) else None
    if after is not None and after.text == "[":
        return False  # An attribute.
    end = tokens[bracket].mate
    return end is not None and end + 1 < len(tokens) and tokens[end + 1].text in ("(", "{", "<")


def is_lambda_body(tokens, brace):
    """`] {`, `](…) {`, `](…) mutable -> Task<void> {`."""
    at = brace - 1
    if is_trailing_type(tokens, brace):
        while tokens[at].text != "->":
            at -= 1
        at -= 1
    while at > 0 and tokens[at].text in ("mutable", "noexcept", "constexpr"):
        at -= 1
    if tokens[at].text == ")" and tokens[at].mate:
        at = tokens[at].mate - 1
    return tokens[at].text == "]" and tokens[at].mate is not None and is_lambda(tokens, tokens[at].mate)


def captures_by_value(tokens, bracket):
    """Of a lambda: anything copied into it beside `this`."""
    depth, items, item = 0, [], []
    for token in tokens[bracket + 1:tokens[bracket].mate]:
        if token.text in OPENING:
            depth += 1
        elif token.text in CLOSING:
            depth -= 1
        if token.text == "," and depth == 0:
            items.append(item)
            item = []
        else:
            item.append(token.text)
    items.append(item)
    return any(item and item[0] != "&" and item != ["this"] for item in items)


def statements(tokens):
    """(first, past the last) of each full expression or control head, nested blocks left to theirs."""
    starts = [0]
    for index, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text == "{":
            token.holds_values = is_initialiser(tokens, index, starts[-1])
            if not token.holds_values:
                if not is_lambda_body(tokens, index):
                    yield starts[-1], index
                starts.append(index + 1)
        elif token.text == "}" and token.mate is not None:
            if not tokens[token.mate].holds_values:
                yield starts[-1], index
                starts.pop()
                # A lambda's statement goes on behind its body.
                if not goes_on(tokens, index):
                    starts[-1] = index + 1
        elif token.text == ";" and not in_for_head(tokens, index, starts[-1]):
            yield starts[-1], index
            starts[-1] = index + 1
    yield starts[-1], len(tokens)


def goes_on(tokens, end):
    after = tokens[end + 1].text if end + 1 < len(tokens) else ""
    return after in (")", ",", ";", "(", "]", ".")


def in_for_head(tokens, index, start):
    depth = 0
    for at in range(index - 1, start - 1, -1):
        text = tokens[at].text
        if text in CLOSING:
            depth += 1
        elif text in OPENING:
            depth -= 1
            if depth < 0:
                return text == "(" and at > 0 and tokens[at - 1].text == "for"
    return False


def own_tokens(tokens, first, last):
    """Indices of a statement, without what is inside the bodies of its lambdas."""
    at = first
    while at < last:
        yield at
        token = tokens[at]
        if token.text == "{" and not token.holds_values and token.mate:
            at = token.mate
        at += 1


def awaiting_temporaries(tokens):
    for first, last in statements(tokens):
        indices = list(own_tokens(tokens, first, last))
        if not any(tokens[i].text == "co_await" for i in indices):
            continue
        for i in indices:
            token = tokens[i]
            if token.text == "{" and token.holds_values and not is_harmless(tokens, first, i):
                yield token.line, "a braced temporary in an expression with co_await"
            elif token.text == "[" and is_lambda(tokens, i) and captures_by_value(tokens, i):
                yield token.line, "a lambda that captures by value in an expression with co_await"


def is_harmless(tokens, first, brace):
    """The braces of a declaration (`Fields in{co_await body()}`), of a number, or `{}` for a default."""
    before = tokens[brace - 1].text
    return (brace == declared_at(tokens, first) + 1 or before in PLAIN
            or (before in (",", "(") and tokens[brace].mate == brace + 1))


def declared_at(tokens, first):
    """Index of the name that a statement declares, else -2. `Type name =`, `auto& name(`, `auto [a`…"""
    at = first
    while at < len(tokens) and tokens[at].text in ("const", "constexpr", "static", "unsigned", "volatile"):
        at += 1
    if at >= len(tokens) or tokens[at].kind != "word" or tokens[at].text in NOT_A_TYPE:
        return -2
    at += 1
    while at + 1 < len(tokens) and tokens[at].text == "::":
        at += 2
    if at < len(tokens) and tokens[at].text == "<":
        at = past_angles(tokens, at)
        while at + 1 < len(tokens) and tokens[at].text == "::":
            at += 2
    while at < len(tokens) and tokens[at].text in ("&", "&&", "*", "const"):
        at += 1
    if at + 1 >= len(tokens):
        return -2
    if tokens[at].text == "[" and tokens[first].text in ("auto", "const"):
        return at
    if tokens[at].kind != "word" or tokens[at].text in NOT_A_TYPE:
        return -2
    return at if tokens[at + 1].text in ("=", ";", "{", "(", ":", ",", "[") else -2


def past_angles(tokens, at):
    depth = 0
    while at < len(tokens):
        if tokens[at].text == "<":
            depth += 1
        elif tokens[at].text == ">":
            depth -= 1
            if depth == 0:
                return at + 1
        elif tokens[at].text in (";", "{", "}"):
            return at
        at += 1
    return at


def bodies(tokens):
    """(opening brace, closing brace) of every function and lambda."""
    for index, token in enumerate(tokens):
        if token.text != "{" or token.mate is None or index == 0:
            continue
        at = index - 1
        while at > 0 and tokens[at].text in ("const", "noexcept", "override", "final", "mutable"):
            at -= 1
        if is_trailing_type(tokens, index) or is_lambda_body(tokens, index):
            yield index, token.mate
        elif tokens[at].text == ")" and tokens[at].mate is not None:
            head = tokens[tokens[at].mate - 1].text
            if head not in CONTROL and head not in ("for", "catch", "constexpr"):
                yield index, token.mate


def awaits_without_locals(tokens):
    every = list(bodies(tokens))
    inner_of = {start: [(s, e) for s, e in every if start < s and e < end] for start, end in every}
    all_statements = list(statements(tokens))
    for start, end in every:
        hidden = inner_of[start]
        own = [i for i in range(start + 1, end) if not any(s < i < e for s, e in hidden)]
        mine = set(own)
        if not any(tokens[i].text == "co_await" for i in own):
            continue
        firsts = [first for first, _ in all_statements if first in mine]
        firsts += [i + 2 for i in own if tokens[i].text in ("for", "if", "while", "switch")]
        if any(declared_at(tokens, first) >= 0 for first in firsts):
            continue
        for i in own:
            if tokens[i].text not in CONTROL or tokens[i + 1].text != "(":
                continue
            if any(tokens[j].text == "co_await" for j in range(i + 2, tokens[i + 1].mate) if j in mine):
                yield tokens[i].line, "co_await in a condition of a coroutine without a local variable"


def faults_of(source):
    tokens = tokens_of(source)
    if not any(token.text == "co_await" for token in tokens):
        return []
    return sorted(set(awaiting_temporaries(tokens)) | set(awaits_without_locals(tokens)))


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    count = 0
    for top in ("src", "app", "tests", "bench"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".hpp", ".cpp") or not file.is_file():
                continue
            for line, reason in faults_of(file.read_text(encoding="utf-8")):
                print(f"{file.relative_to(root).as_posix()}:{line}: {reason}")
                count += 1
    print(f"coroutine check: {count} faults" if count else "coroutine check: clean")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
