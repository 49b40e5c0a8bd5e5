"""A study: many runs of one subject in a folder that loses nothing."""
