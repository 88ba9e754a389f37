"""How many programmes made at random a recount looks at: few in a daily run, 200 before a release
(`RECOUNTS=200 pytest -k recount`)."""

import os

RECOUNTS = int(os.environ.get("RECOUNTS", "25"))
