# Machines that exist, rehearsed on this one: the product's own objects on dumps of theirs.

REHEARSE := $(BUILD)/unit/rehearse
REHEARSE_BUILD = $(SUBMAKE) -s -f tests/host.mk $(REHEARSE)

rehearse: ## What Signalbox would do on the machine of DUMP=DIR: ACPI tables, lspci -xxxx (JSON=1: as JSON)
	@[ -n "$(DUMP)" ] || { echo "rehearse: DUMP=DIR names a folder of ACPI tables and lspci -xxxx text"; exit 2; }
	@tests/install.sh build test
	@+$(REHEARSE_BUILD)
	@$(REHEARSE) $(if $(filter-out 0,$(JSON)),--json) "$(DUMP)"

zoo: ## Rehearse a folder of machines (ZOO=DIR) and compare each decode with iasl's and lspci's
	@[ -n "$(ZOO)" ] || { echo "zoo: ZOO=DIR names a folder of machines: firmware/ID/*, pc/NAME/*"; exit 2; }
	@tests/install.sh build test zoo
	@+$(REHEARSE_BUILD)
	@$(PYTHON) tests/rehearse/zoo.py $(REHEARSE) "$(ZOO)"

.PHONY: rehearse zoo
