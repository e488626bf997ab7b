# The tools for traces: their tests, a recorded session, the page made of it.

RECORDED := $(BUILD)/trace/capture.txt
CAPTURE ?= $(RECORDED)

tools: ## Tests of trace tools, installer and make rehearse, which need no machine (PYTEST='-k WORD' for some)
	@tests/install.sh machine test trace
	@+$(REHEARSE_BUILD)
	@$(PYTHON) -m pytest -c tests/trace/pytest.ini --rootdir tests tests/trace tests/install tests/rehearse $(PYTEST)

trace: ## Record a session in QEMU and convert it for trace tools: build/trace (MACHINE=NAME for another machine)
	@tests/install.sh build machine trace
	@+$(BUILD_ALL)
	@$(PYTHON) tests/trace/record.py $(RECORDED) $(BUILD)/trace

report: ## One page of a capture: build/trace/report.html (CAPTURE=FILE, else that of make trace)
	@tests/install.sh machine trace
	@+[ "$(CAPTURE)" != $(RECORDED) ] || [ -e $(RECORDED) ] || $(SUBMAKE) trace
	@[ -e "$(CAPTURE)" ] || { echo "report: there is no $(CAPTURE); there are: $(or $(wildcard $(BUILD)/trace/*.txt),none in $(BUILD)/trace, see make trace)" >&2; exit 2; }
	@$(PYTHON) tests/trace/report.py "$(CAPTURE)" $(BUILD)/trace/report.html

.PHONY: tools trace report
