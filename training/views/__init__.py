"""The pages of training: what a grant logs, and the market of providers and shared sessions."""
