"""The mutation score of a parity check: the share of small faults in the Rust side that it detects.

- `operators`: the possible changes of a piece of Rust.
- `mutants`: the places of changes in a file; each change is a `Mutant`.
- `conditional`: code that is not compiled, which is not changed.
- `schemata`: one text with all mutants of a file, and the mutant that an error of rustc concerns.
- `crates`: the files of a component, and a copy of the workspace with all mutants in it.
- `switch`: which mutant runs, and which have been reached.
- `suite`, `select_suite`: what runs on a mutant: the check's scripts, then the parity tests.
- `child`: one run of one mutant; `server`: a process that forks one for each.
- `building`: the build with all mutants.
- `survey`: what the suite reaches without a mutant.
- `results`: the outcomes, on disk.
- `survivors`: the explanations of surviving mutants.
- `score`: the mutation score.
- `campaign`: all steps, in order.
- `reference`: the branches of the reference that the suite reaches.
"""
