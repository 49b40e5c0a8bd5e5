"""Where a job goes: one file a rule, each with a compiled `place(state, row, head)`.

`place` writes the nodes for job `row` into the first entries of `state.chosen` and says whether
it found enough. Where `head` is a blocked job (-1: none), nodes that the job would keep from it at
its shadow time come last, and no more of them than it can spare.
"""
