"""The pages of focus people. Addresses name a person by public reference, a member of the circle and
a version of the plan by its number; whatever belongs to another organisation is 404.
"""
