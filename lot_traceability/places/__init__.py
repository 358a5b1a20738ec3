"""Where lots are: the query, the check of serials, and what people read of it."""
