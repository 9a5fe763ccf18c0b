# raised.args[0]: python "iter() returned non-iterator of type 'Patterns'", rust "iter() returned non-iterator of type 'agent._native.Patterns'"
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
regex = text.regex("a")
regex.find_all(Having(iter=lambda: text.patterns([])))
