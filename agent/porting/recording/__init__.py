"""Records the calls that a real program makes through an implementation.

Two processes share the work, and a folder. The parent (`session`) writes a `plan` of what is to be
recorded there, and runs the program with a ``sitecustomize`` on its path. In every Python that the
program starts, `hook` waits for the module to be imported and lets it hand out `standins`; these
call the original, and show the `recorder` what they were called with; `expressions` writes the
arguments down, and `tape` keeps as many calls as it may. When the program has ended, the parent
puts the tapes together into a corpus of scripts.

What runs inside the program needs nothing beyond the standard library, and must never change what
the program sees.
"""
