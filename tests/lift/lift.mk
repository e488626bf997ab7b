# The routing core taken out, and the program that is built from nothing else.

lift: ## Build the routing core's archive, a program from it alone, and run that
	@tests/install.sh build test
	@+$(SUBMAKE) $(BUILD)/core/CONTENTS
	@$(PYTHON) tests/lift/check.py $(BUILD)

.PHONY: lift
