"""What a proxy of an implementation needs, whoever puts it there: fallback, recording or shadow.

A caller must not notice a proxy: `inspect.signature`, attributes, `isinstance`, descriptors,
pickling and tracebacks answer as for the original.
"""
