# The tools for traces: their tests, a recorded session, the page made of it.

tools: ## Tests of the trace tools, which need no machine (PYTEST='-k WORD' for some)
	@tests/install.sh machine test trace
	@$(PYTHON) -m pytest -c tests/trace/pytest.ini --rootdir tests/trace tests/trace $(PYTEST)

.PHONY: tools
