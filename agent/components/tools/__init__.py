"""Tools: programs run with limits, and conversations with them."""
