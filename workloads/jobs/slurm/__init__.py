"""How sbatch and its controller read a submission, rule by rule.

The rules were learned from the documentation, from public knowledge of Slurm 22.05 and from
what a real sbatch made of several hundred scripts; they are kept where they surprise, because a
check that is kinder than the scheduler is worth nothing.
"""
