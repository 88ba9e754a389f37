"""The demonstration programme: a story at the scale of the 2015–16 fund, told through the verbs.

Every organisation, person and figure is invented; only the totals are those that the fund published
(domain 2.1). `words` holds what people write, `plan` draws who does what from a fixed seed, `story`
tells it, and `live` adds work that waits for every role today.
"""
