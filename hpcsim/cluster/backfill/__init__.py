"""Who may pass: one file a rule, each with a compiled `schedule(state, place, new)`.

`new` is a job that has just arrived, whose key is known and which is not in the queue yet: the
pass starts it or puts it there. It is -1 where the queue is complete and anything may have changed.
"""
