"""The mutation score of a parity check: the part of small faults in the Rust side that it detects.

- `changes`: what can be changed in a piece of Rust.
- `sources`: where in a file; each change is a `Mutant`.
- `conditional`: what the compiler leaves out, which is not changed.
- `schemata`: one text that holds all mutants of a file, and which one an error of rustc is about.
- `crates`: which files belong to a component, and a copy of the workspace with all mutants in it.
- `switch`: which mutant runs, and which have been reached.
- `suite`: what is run on a mutant: the check's own scripts, then the parity tests.
- `child`: one run of one mutant; `server`: a process that makes a fresh one for each.
- `building`: all of it in one build.
- `results`: the outcome of each, kept on disk.
- `survivors`: the explanations of mutants that survived.
- `score`: what it all comes to.
- `campaign`: all of it, in order.
- `reference`: the other side: which branches of the reference the check runs through.
"""
