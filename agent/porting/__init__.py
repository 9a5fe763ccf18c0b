"""The framework: everything a port needs except the components. It works on any package.

Each folder here is a room, named for one noun. A room imports only from floors below its own;
import-linter enforces these floors, from the ground up:

1. `files`: atomic writes, file locks and cached digests of files.
2. `sources`: the modules, crates and builds that an implementation consists of, with digests.
   `project`: the location of a component table, its settings and its edits.
   `interpose`: what a proxy of a function or class needs to go unnoticed.
3. `contract`: the terms of a contract, and reading one from a protocol.
   `fallback`: partial ports, in which Python serves the calls that Rust refuses.
   `ledger`: what stage ``shadow`` found, on disk.
   `records`: measurements and evidence, each in one schema.
4. `compare`: whether two outcomes are identical, and where they differ first.
   `report`: tables, charts and pages.
   `worlds`: surroundings of operations with effects during a check.
5. `script`: replayable sequences of calls, in memory and in example files.
6. `strategies`: values for arguments, written as Python expressions.
   `benchmark`: paired timing and memory measurement.
   `coverage`: the branches of either side that a check reaches.
7. `infer`: contracts for pairs that have none.
   `guidance`: what guides the drawing of calls: constants, branches, comparisons.
   `recording`: calls of real programs.
8. `check`: the parity check.
9. `shadow`: stage ``shadow``: Python answers, and Rust is compared.
   `mutation`: the mutation score of a check.
   `scaffold`: the files of a new port.
10. `registry`: which implementation of a component runs, and why.
    `evidence`: the figures that a stage rests on, valid for digests of sources.
11. `retire`: the end of a port.
"""
