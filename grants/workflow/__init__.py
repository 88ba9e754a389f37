"""The verbs of the money's road, a file per noun: applications, decisions, grants, money.

Every verb opens a transaction, takes its row under a lock, asks *may they?*, asks *what stands in
the way?*, moves, saves, writes the audit row and posts the mail that leaves with the commit.
"""
