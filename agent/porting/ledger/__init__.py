"""The findings of stage ``shadow`` on disk: a log for each process, gathered in one ledger."""
