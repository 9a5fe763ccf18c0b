"""What a proxy of an implementation needs, in fallback, recording and shadow.

A caller must not notice a proxy: `inspect.signature`, attributes, `isinstance`, descriptors,
pickling and tracebacks answer as for the original.
"""
