# Short names for what bin/ does; nothing here is needed to use the project.
.PHONY: demo test quick lint fmt lock

demo:
	@bin/demo
test:
	@bin/test
quick:
	@bin/test --quick
lint:
	@bin/test --lint
fmt:
	@bin/setup test
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .
lock: # after a change to requirements/*.in or package.json
	@bin/setup test
	@for name in uv node base dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header requirements/$$name.in -o requirements/$$name.txt || exit 1; done
	@npm install --package-lock-only
