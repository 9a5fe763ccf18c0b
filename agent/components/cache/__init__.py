"""A bounded cache with least-recently-used eviction and optional expiry."""
