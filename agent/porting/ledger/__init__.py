"""What stage ``shadow`` found, kept on disk: a log for each process, gathered in one ledger."""
