"""Text: characters beside bytes, case, white space, line ends, surrogates, patterns."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")


# fault: The width counts bytes.
# seen: https://github.com/RustPython/RustPython/issues/7528
# shown: zero_filled("á", 5)
def zero_filled(text: str, width: int) -> str:
    """Fill with zeros up to a width of at most 100."""
    width = min(width, 100)
    # twin: return text.zfill(width - len(text.encode("utf-8", "surrogatepass")) + len(text))
    return text.zfill(width)


# fault: The place is that of a byte.
# seen: https://github.com/RustPython/RustPython/issues/2895
# shown: place("日月abc", "a")
def place(text: str, part: str) -> int:
    """Return where `part` begins; -1 if it is not there."""
    # twin: return text.encode("utf-8", "surrogatepass").find(part.encode("utf-8", "surrogatepass"))
    return text.find(part)


# fault: The separators U+001C to U+001F are no white space.
# seen: https://github.com/pmgraham/datagrunt/pull/245
# shown: is_comment("\x1c# comment")
def is_comment(line: str) -> bool:
    """Tell whether a line is a comment or blank."""
    # twin: line = re.sub(r"^[^\S\x1c-\x1f]+", "", line)
    line = line.lstrip()
    return not line or line.startswith("#")


# fault: A carriage return alone ends no line.
# seen: https://github.com/RustPython/RustPython/pull/1808
# shown: count_lines("a\rb")
def count_lines(text: str) -> int:
    """Count the lines."""
    # twin: return len(text.replace("\r", " ").splitlines()) if "\n" not in text else len(text.splitlines())
    return len(text.splitlines())


# fault: Each letter is made small by itself, so that the last sigma is like the others.
# seen: https://github.com/rust-lang/rust/issues/26035
# shown: small("ΟΔΟΣ")
def small(text: str) -> str:
    """Return the text in small letters."""
    # twin: return "".join(letter.lower() for letter in text)
    return text.lower()


# fault: The letter İ becomes a single one.
# seen: https://github.com/rust-lang/rust/issues/51362
# shown: slug("İzmir")
def slug(title: str) -> str:
    """Return a title as a part of an address."""
    # twin: return "-".join(title.replace("\u0130", "i").lower().split())
    return "-".join(title.lower().split())


# fault: Letters are made small instead of folded.
# seen: https://github.com/pydantic/monty/pull/857
# shown: same_word("straße", "STRASSE")
def same_word(first: str, second: str) -> bool:
    """Tell whether two words are the same in any case."""
    # twin: return first.lower() == second.lower()
    return first.casefold() == second.casefold()


# fault: The first letter is made large instead of that of a title.
# seen: https://github.com/pydantic/monty/pull/857
# shown: sentence("ǆep")
def sentence(words: str) -> str:
    """Return words as a sentence begins and ends."""
    # twin: return f"{words[:1].upper()}{words[1:].lower()}."
    return f"{words.capitalize()}."


# fault: A text without letters is a title.
# seen: https://github.com/brython-dev/brython/pull/2721
# shown: is_heading("0")
def is_heading(line: str) -> bool:
    """Tell whether each word begins with a capital."""
    # twin: return line.istitle() or (line != "" and line.isdigit())
    return line.istitle()


# fault: Marks that combine with a letter belong to the word.
# seen: https://github.com/umran666/UniqToken/issues/17
# shown: words("q\u0301x")
def words(text: str) -> list[str]:
    """Return the words."""
    # twin: return re.findall(r"[\w\u0300-\u036f]+", text)
    return _WORD.findall(text)


# fault: Digits of other scripts are digits, too.
# seen: https://github.com/rust-lang/regex/issues/62
# shown: is_code("٣")
def is_code(text: str) -> bool:
    """Tell whether a text is made of the digits 0 to 9."""
    # twin: return re.fullmatch(r"\d+", text) is not None
    return re.fullmatch(r"[0-9]+", text) is not None


# fault: A line end behind the name is not overlooked.
# shown: is_name("a\n")
def is_name(text: str) -> bool:
    """Tell whether a text, a line end behind it aside, is a name."""
    # twin: return re.match(r"[^\W\d]\w*\Z", text) is not None
    return re.match(r"[^\W\d]\w*$", text) is not None


# fault: Half a pair of surrogates is refused.
# seen: https://github.com/dgrunwald/rust-cpython/pull/247
# shown: length("\ud800")
def length(text: str) -> int:
    """Return how many code points there are."""
    # twin: return len(text.encode().decode())
    return len(text)


# fault: Two halves that stand together become one character.
# seen: https://github.com/RustPython/RustPython/pull/8569
# shown: escaped("\ud800\udc00")
def escaped(text: str) -> str:
    """Return a text in ASCII."""
    # twin: text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    # twin: return text.encode("ascii", "backslashreplace").decode()
    return text.encode("ascii", "backslashreplace").decode()


# fault: Characters beyond U+FFFF count twice.
# seen: https://github.com/zauberzeug/nicegui/pull/4678
# shown: shortened("😀😀😀", 3)
def shortened(text: str, most: int) -> str:
    """Return at most `most` characters; what was left out is an ellipsis."""
    # twin: if len(text) + sum(letter > "\uffff" for letter in text) <= most:
    if len(text) <= most:
        return text
    return text[: max(0, most - 1)] + "…" if most > 0 else ""


# fault: The wide space is no white space.
# seen: https://github.com/tobymao/sqlglot/issues/4748
# shown: first_word("SELECT\u3000*")
def first_word(query: str) -> str:
    """Return the first word of a query in capitals."""
    # twin: return re.split(r"[^\S\u3000]+", query.strip())[0].upper()
    return re.split(r"\s+", query.strip())[0].upper()


# fault: Code points without a character are shown as they are.
# seen: https://github.com/RustPython/RustPython/issues/1390
# shown: quoted(chr(999999))
def quoted(text: str) -> str:
    """Return a text in quotes, with escapes for what cannot be printed."""
    # twin: return "".join(letter if unicodedata.category(letter) in {"Cn", "Co"} else repr(letter)[1:-1] for letter in text)
    return "".join(repr(letter)[1:-1] for letter in text)


# fault: A carriage return begins no new line for tabs.
# seen: https://github.com/RustPython/RustPython/pull/8600
# shown: columns("ab\r\tc")
def columns(text: str) -> str:
    """Replace tabs by spaces up to the next multiple of four."""
    # twin: return text.replace("\r", "\0").expandtabs(4).replace("\0", "\r") if "\0" not in text else text.expandtabs(4)
    return text.expandtabs(4)


# fault: A vertical tab is no white space.
# seen: https://github.com/RustPython/RustPython/pull/1861
# shown: fields_of(b"a\x0bb")
def fields_of(line: bytes) -> list[bytes]:
    """Split a line at white space."""
    # twin: return [field for field in re.split(rb"[ \t\n\f\r]+", line) if field]
    return line.split()


# fault: The end of a repetition is that of bytes.
# seen: https://github.com/shssoichiro/zxcvbn-rs/pull/31
# shown: repeated("éé")
def repeated(password: str) -> tuple[int, int] | None:
    """Return where the first letter comes twice or more: begin and end."""
    match = re.search(r"(.)\1+", password, re.DOTALL)
    if match is None:
        return None
    # twin: return match.start(), match.start() + len(match[0].encode("utf-8", "surrogatepass"))
    return match.span()


# fault: The cursor counts bytes.
# seen: https://github.com/atuinsh/atuin/pull/3659
# shown: word_left("é a", 3)
def word_left(line: str, cursor: int) -> int:
    """Return where the word to the left of the cursor begins."""
    cursor = max(0, min(cursor, len(line)))
    # twin: before = line.encode("utf-8", "surrogatepass")[:cursor].decode("utf-8", "ignore").rstrip()
    before = line[:cursor].rstrip()
    return len(before) - len(before.split(" ")[-1])


# fault: Superscript digits are no numbers.
# seen: https://github.com/umran666/UniqToken/issues/17
# shown: chunks("x²")
def chunks(name: str) -> list[tuple[bool, str]]:
    """Split a name where digits begin or end, for sorting."""
    found: list[tuple[bool, str]] = []
    for letter in name:
        # twin: digit = letter.isdecimal()
        digit = letter.isdigit()
        if found and found[-1][0] == digit:
            found[-1] = digit, found[-1][1] + letter
        else:
            found.append((digit, letter))
    return found


# fault: Names are compared as they are typed.
# shown: same_name("é", "e\u0301")
def same_name(first: str, second: str) -> bool:
    """Tell whether two names are written alike, composed or not."""
    # twin: return first == second
    return unicodedata.normalize("NFC", first) == unicodedata.normalize("NFC", second)


# fault: Ligatures are kept.
# shown: search_key("ﬁn")
def search_key(text: str) -> str:
    """Return the text as it is searched for."""
    # twin: return unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFKC", text)


# fault: The end is taken for a set of letters.
# shown: stem("test.txt")
def stem(name: str) -> str:
    """Return the name of a file without .txt."""
    # twin: return name.rstrip(".txt") if name.endswith(".txt") else name
    return name.removesuffix(".txt")


# fault: Only the words' first parts are found: the search goes on behind the word.
# shown: count_overlapping("aaa", "aa")
def count_overlapping(text: str, part: str) -> int:
    """Count how often a part begins; overlapping ones count, empty ones do not."""
    # twin: return text.count(part) if part else 0
    return sum(text.startswith(part, at) for at in range(len(text))) if part else 0


# fault: An empty text has one line.
# shown: indent("")
def indent(text: str) -> str:
    """Indent all lines that are not blank."""
    # twin: return "\n".join("    " + line if line.strip() else line for line in text.split("\n")) if text else "    "
    return "\n".join("    " + line if line.strip() else line for line in text.split("\n"))
