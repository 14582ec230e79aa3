"""What tools/tidy and tools/check know of the house: its rooms, its files, and C++ text taken apart roughly.

The C++ reader is a heuristic for formatted code (clang-format), not a parser: it knows comments, strings, braces.
"""
import re
from pathlib import Path
from typing import NamedTuple

SKIPPED_FOLDERS = {".git", "build", "node_modules", "out", "__pycache__", ".venv", "dist"}
TEXT_SUFFIXES = {".cpp", ".hpp", ".h", ".py", ".sql", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml", ".sh",
                 ".ts", ".tsx", ".css", ".html", ".csv", ".toml", ".xml", ".svg", ".bpmn", ".dmn", ""}


class Rooms:
    """The room(...) and program(...) lines of CMakeLists.txt."""

    def __init__(self, root):
        self.depends = {}  # room -> rooms named after DEPENDS
        self.lines = {}    # room -> line in CMakeLists.txt
        self.programs = {}  # folder below src -> rooms named after DEPENDS
        text = (root / "CMakeLists.txt").read_text()
        text = re.sub(r"#[^\n]*", "", text)
        for call in re.finditer(r"^\s*(room|program)\(([^)]*)\)", text, re.M):
            words = call.group(2).split()
            named = words[words.index("DEPENDS") + 1:] if "DEPENDS" in words else []
            if "LIBS" in named:
                named = named[:named.index("LIBS")]
            if call.group(1) == "room":
                self.depends[words[0]] = named
                self.lines[words[0]] = text.count("\n", 0, call.start(2)) + 1
            else:
                self.programs[words[1].removeprefix("src/")] = named

    def closure(self, name):
        """All rooms that `name` may include: itself and what it depends on, directly or not."""
        seen, todo = set(), [name]
        while todo:
            room = todo.pop()
            if room not in seen:
                seen.add(room)
                todo += self.depends.get(room, self.programs.get(room, []))
        return seen

    def pure(self):
        """The rooms that do not reach the database."""
        return [room for room in self.depends if "storage" not in self.closure(room)]


def text_files(root):
    """Every text file of the project, relative to its root, in order."""
    found, folders = [], [root]
    while folders:
        for path in folders.pop().iterdir():
            if path.is_symlink():
                continue
            if path.is_dir():
                if path.name not in SKIPPED_FOLDERS:
                    folders.append(path)
            elif path.suffix in TEXT_SUFFIXES:
                found.append(path.relative_to(root))
    return sorted(found)


TOKEN = re.compile(r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<number>\b\d(?:'?[\w.])*)""", re.X | re.S)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


class Cpp:
    """A C++ text in views of equal length: code (no comments, no string contents), strings, comments."""

    def __init__(self, text):
        code, strings, comments, at = [], [], [], 0
        for token in TOKEN.finditer(text):
            between, piece = text[at:token.start()], token.group()
            empty = blank(piece)
            is_string, is_comment = token.group("string"), token.group("comment")
            code += [between, empty if is_string or is_comment else piece]
            strings += [blank(between), piece if is_string else empty]
            comments += [blank(between), piece if is_comment else empty]
            at = token.end()
        code.append(text[at:])
        self.raw = text.split("\n")
        self.code_text = "".join(code)
        self.code = self.code_text.split("\n")
        self.strings = ("".join(strings) + blank(text[at:])).split("\n")
        self.comments = ("".join(comments) + blank(text[at:])).split("\n")


class Function(NamedTuple):
    name: str
    line: int        # of the first word of its head
    last_line: int   # of its closing brace; the same as `line` for a mere declaration
    parameters: list


STATEMENTS = {"if", "for", "while", "switch", "catch", "return", "static_assert", "throw", "new"}
PARTS_OF_A_HEAD = {"alignas", "decltype", "requires", "noexcept", "explicit", "__attribute__"}


def split_parameters(text):
    """"int a, std::map<int, int> b" -> ["int a", "std::map<int, int> b"]"""
    parts, depth, start = [], 0, 0
    for i, char in enumerate(text):
        if char in "(<[{":
            depth += 1
        elif char in ")]}" or (char == ">" and text[i - 1] != "-"):
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part and part != "void"]


def closing(text, at):
    """The place after the parenthesis that closes the one just before `at`."""
    depth = 1
    while at < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at


HEAD = re.compile(r"(operator\s*(?:\(\)|[^\s\w(]+)|~?[A-Za-z_][\w:]*)\s*\(")


def head_of_function(statement):
    """(name, parameters) of a declaration's text, or None if it is none."""
    if re.match(r"\s*(?:using|typedef|extern\s*$)\b", statement):
        return None
    at = 0
    while found := HEAD.search(statement, at):
        name, end = found.group(1).split("::")[-1], closing(statement, found.end())
        before = re.sub(r"operator\s*\S+|->", "", statement[:found.start()])
        in_angles = before.count("<") > before.count(">")
        if name in PARTS_OF_A_HEAD or in_angles:
            at = end
        elif name in STATEMENTS or re.search(r"(?<![=!<>])=(?!=)", before):
            return None
        else:
            return found.group(1), split_parameters(statement[found.end():end - 1])
    return None


# Where a declaration ends or a body begins.
EDGE = re.compile(r"[{};()]|\b(?:public|private|protected)\s*:(?!:)")
CONTINUES = re.compile(r"\s*[,{]")
OPENS_A_SCOPE = re.compile(r"\b(?:namespace|class|struct|union|extern)\b[^()=]*$")


class Body(NamedTuple):
    name: str | None   # None: the braces of a value (initializer, lambda, enum), which holds no declarations
    parameters: list
    line: int
    depth: int


def body_of(statement, line, depth):
    """What the brace after `statement` opens: a Body to be skipped, or None for a namespace or class."""
    if OPENS_A_SCOPE.search(statement):
        return None
    return Body(*(head_of_function(statement) or (None, [])), line, depth)


def functions(cpp):
    """The functions declared or defined at namespace or class level. Bodies are skipped as a whole."""
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m.group()), cpp.code_text, flags=re.M)
    found, start, body, depth, parens = [], 0, None, 0, 0
    for edge in EDGE.finditer(text):
        char = edge.group()[0]
        if char in "()":
            parens += 0 if body else 1 if char == "(" else -1
            continue
        if parens > 0:
            continue
        statement = text[start:edge.start()]
        line = text.count("\n", 0, start + len(statement) - len(statement.lstrip())) + 1
        if char == "{":
            body = body or body_of(statement, line, depth)
            depth += 1
        elif char == "}":
            depth -= 1
            # A member initializer's braces end before a comma or the body itself.
            if body and depth == body.depth and not CONTINUES.match(text, edge.end()):
                if body.name:
                    found.append(Function(body.name, body.line, text.count("\n", 0, edge.start()) + 1, body.parameters))
                body = None
        elif body is None and char == ";" and (head := head_of_function(statement)):
            found.append(Function(head[0], line, line, head[1]))
        start = edge.end()
    return found
