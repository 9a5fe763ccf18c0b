"""Files: atomic writes, locks between processes, and detection of changes."""
