"""The experience survey: what people say who use a training budget, asked by somebody independent.

Nobody's answers are kept. What somebody chose is added to a count for the wave and the group they say they
belong to, in the same moment in which their code is burnt; there is no row for an answer, so no page, export,
log or query can show one (decision 20).
"""
