"""What a stage rests on: figures about a pair, and digests of the sources they are figures of."""
