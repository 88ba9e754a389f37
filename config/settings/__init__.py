"""base for everything; dev, demo, test and production say only what differs."""
