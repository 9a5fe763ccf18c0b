"""Operations on batches of strings."""
