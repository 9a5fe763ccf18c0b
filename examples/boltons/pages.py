"""A program that uses both ports: pages to print, as a text and as flags."""

from random import Random

from boltons.mathutils import Bits  # type: ignore[import-untyped]
from boltons.strutils import (  # type: ignore[import-untyped]
    format_int_list,
    parse_int_list,
)

CHANCE = Random(1)
JOBS = 1_000
LAST = 400

sheets = 0
for _ in range(JOBS):
    pages = CHANCE.sample(range(LAST), CHANCE.randrange(1, 60))
    text = format_int_list(pages)
    wanted = Bits([page in pages for page in range(LAST)])
    odd = Bits([page % 2 == 1 for page in range(LAST)])
    sheets += sum((wanted & odd).as_list())
    if parse_int_list(text) != sorted(pages):
        message = f"{text} is not {pages}"
        raise ValueError(message)
print(f"{JOBS} jobs print {sheets} odd pages")
