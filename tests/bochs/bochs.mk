# The product in Bochs.

bochs: ## Boot in Bochs, a stricter PC: self-test, lines, two processors; then the figures of both local APIC modes
	@+$(SUBMAKE) bochs-test
	@$(PYTHON) tests/bochs/modes.py README.md

bochs-test:
	@tests/install.sh build machine test bochs
	@+$(BUILD_ALL)
	@$(PYTHON) -m pytest -c tests/bochs/pytest.ini --rootdir tests/bochs tests/bochs $(PYTEST)

.PHONY: bochs bochs-test
