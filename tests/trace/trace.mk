# The tools for traces: their tests, a recorded session, the page made of it.

CAPTURE ?= $(BUILD)/trace/capture.txt

tools: ## Tests of the trace tools, which need no machine (PYTEST='-k WORD' for some)
	@tests/install.sh machine test trace
	@$(PYTHON) -m pytest -c tests/trace/pytest.ini --rootdir tests/trace tests/trace $(PYTEST)

trace: ## Record a session in QEMU and convert it for trace tools: build/trace (MACHINE=NAME for another machine)
	@tests/install.sh build machine trace
	@+$(BUILD_ALL)
	@$(PYTHON) tests/trace/record.py $(BUILD)/trace/capture.txt $(BUILD)/trace

report: ## One page of a capture: build/trace/report.html (CAPTURE=FILE, else that of make trace)
	@tests/install.sh machine trace
	@+$(if $(wildcard $(CAPTURE)),true,$(SUBMAKE) trace)
	@$(PYTHON) tests/trace/report.py $(CAPTURE) $(BUILD)/trace/report.html

.PHONY: tools trace report
