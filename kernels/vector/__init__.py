"""Vector values inside numba: registers as first-class values, by LLVM's own vector types.

Plain loops leave speed on the table where lanes run across independent problems; here a kernel
says itself what lies in a register. LLVM legalises a vector that is wider than the machine's
registers, so the same code runs everywhere; `isa` says which path that is.
"""
