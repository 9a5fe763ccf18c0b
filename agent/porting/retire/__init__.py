"""The end of a port: its known examples become plain tests, and one side goes."""
