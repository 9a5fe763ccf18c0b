"""Records the calls that a real program makes through an implementation.

Two processes share the work, and a folder. The parent (`session`) writes a `plan` there of what is
to be recorded, and runs the program with a ``sitecustomize`` on its path. In every Python that the
program starts, `import_hook` waits for the module to be imported and lets it hand out proxies (see
`proxy_class`). These call the original and show the `recorder` what they were called with; its
`trace_file` keeps as many calls as it may. When the program has ended, the parent puts the traces
together into a corpus of scripts.

What runs inside the program needs nothing beyond the standard library, and must never change what
the program sees.
"""
