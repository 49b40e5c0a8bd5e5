"""Pure functions: records in, numbers out."""
