# make run    the application with demo data, on http://localhost:8000 (or PORT=…)
# make test   every test, the browser ones included
# make lint   what else is checked    make lock   newer versions    make bench   measurements
# make messages   puts new texts into the Dutch catalogue (needs gettext)

PORT ?= 8000
export PORT

# Without it every process would compile everything that it loads, which takes longer than loading it.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
NEEDS_PYTHON = test -n "$(PYTHON)" || \
	{ echo "Samenspel needs Python 3.11 or newer (none found; name it: make run PYTHON=…)"; exit 1; }
# Two that start together in a fresh folder install one after the other; the system ends the lock of one that was killed.
ALONE = $(PYTHON) -c 'import fcntl, os, sys; lock = os.open("Makefile", os.O_RDONLY); fcntl.flock(lock, fcntl.LOCK_EX); \
	os.set_inheritable(lock, True); os.execvp(sys.argv[1], sys.argv[1:])'
INSTALL = touch .venv/unfinished && umask 022 && \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) && rm .venv/unfinished
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

# An installation starts by emptying these folders; behind a link that would be the installation of another checkout.
$(foreach folder,.venv node_modules,$(if $(shell test -L $(folder) && echo yes),$(error \
	$(folder) is a link to another folder, which make would empty. Remove the link first: rm $(folder))))

.PHONY: run test lint lock bench mutate messages anew
.DELETE_ON_ERROR:

run:
	@$(NEEDS_PYTHON)
	@$(ALONE) $(MAKE) --silent .venv/base.done node_modules/.done
	@exec $(BIN)/python -m config.devserver

test: .venv/dev.done node_modules/.done
	@$(BIN)/python -m tests.e2e.chromium
	$(BIN)/python -m pytest -m "not servers and not real_data" --numprocesses auto --dist worksteal $(ARGS)

lint: .venv/dev.done node_modules/.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint templates
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m config.check_deploy

messages: .venv/base.done
	$(BIN)/python manage.py makemessages --locale nl --no-wrap --add-location file --no-obsolete \
		$(foreach folder,tests bench node_modules .venv var staticfiles,--ignore '$(folder)/*')

bench: .venv/dev.done node_modules/.done
	$(BIN)/python -m bench $(ARGS)

mutate: .venv/dev.done
	$(BIN)/python -m bench.mutations $(ARGS)

lock: .venv/uv.done
	$(COMPILE) --group uv --output-file requirements/uv.txt
	$(COMPILE) --group node --output-file requirements/node.txt
	$(COMPILE) pyproject.toml --output-file requirements/base.txt
	$(COMPILE) pyproject.toml --group dev --constraint requirements/base.txt --output-file requirements/dev.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" npm update --package-lock-only

# What was left of an installation that was broken off looks installed and is not: the next one starts from nothing.
.venv/uv.done: requirements/uv.txt $(if $(wildcard .venv/unfinished),anew)
	@$(NEEDS_PYTHON)
	@echo "Installing into .venv; the first time takes a minute or two."
	@rm -f .venv/*.done
	@umask 022; $(PYTHON) -m venv --clear .venv
	@umask 022; $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/base.done: requirements/base.txt .venv/uv.done
	@$(call INSTALL,$<)
	@touch $@

.venv/dev.done: requirements/dev.txt .venv/base.done
	@$(call INSTALL,$<)
	@touch $@

node_modules/.done: package-lock.json requirements/node.txt .venv/uv.done
	@command -v npm >/dev/null || { $(call INSTALL,requirements/node.txt); }
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --ignore-scripts
	@touch $@
