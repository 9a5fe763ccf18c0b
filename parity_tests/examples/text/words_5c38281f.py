# raised.args[0]: python "iter() returned non-iterator of type 'Regex'", rust "iter() returned non-iterator of type 'agent._native.Regex'"
# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
text = Text()
text.words(Having(iter=lambda: text.regex("a")))
