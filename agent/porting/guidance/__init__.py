"""What guides the drawing of calls: constants of the source, branches, and what is compared."""
