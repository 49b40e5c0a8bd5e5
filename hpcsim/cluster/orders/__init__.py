"""Who is first: one file an order, each with a compiled `key`; the smallest key is the head.

`DYNAMIC` says that keys change as time passes, `SUMMARY` and `SOURCE` tell a person what it is.
"""
