// Drills at the function and the bridge above it: change one bit of configuration space without the kernel's record.

#include "kernel/drill/drills.h"
#include "kernel/inventory/device.h"

static enum result disturb(struct drill_run *run, struct device *device, enum device_switch bit, bool on)
{
    if (!device->disturb) {
        drill_say(run, "its configuration space cannot be written");
        return RESULT_UNSUPPORTED;
    }
    return device->disturb(device, bit, on);
}

static struct device *target_device(const struct drill_run *run)
{
    return device_of(run->target->set);
}

static bool is_msix(const struct drill_run *run)
{
    return run->target->set->source->kind == MESSAGE_MSIX;
}

static enum device_switch enable_switch(const struct drill_run *run)
{
    return is_msix(run) ? DEVICE_MSIX_ENABLE : DEVICE_MSI_ENABLE;
}

static enum result function_mask_injure(struct drill_run *run)
{
    if (!is_msix(run)) {
        drill_say(run, "its messages come by MSI, which has no function mask");
        return RESULT_UNSUPPORTED;
    }
    return disturb(run, target_device(run), DEVICE_FUNCTION_MASK, true);
}

static void function_mask_detect(struct drill_run *run)
{
    drill_audit(run, "function_mask");
}

static void function_mask_repair(struct drill_run *run)
{
    run->is_repaired = disturb(run, target_device(run), DEVICE_FUNCTION_MASK, false) == RESULT_OK;
}

static enum result msix_injure(struct drill_run *run)
{
    return disturb(run, target_device(run), enable_switch(run), false);
}

static void msix_detect(struct drill_run *run)
{
    drill_audit(run, is_msix(run) ? "msix_enable" : "msi_enable");
}

static void msix_repair(struct drill_run *run)
{
    run->is_repaired = disturb(run, target_device(run), enable_switch(run), true) == RESULT_OK;
}

static enum result bus_master_injure(struct drill_run *run)
{
    return disturb(run, target_device(run), DEVICE_BUS_MASTER, false);
}

static void bus_master_detect(struct drill_run *run)
{
    drill_audit(run, "bus_master");
}

static void bus_master_repair(struct drill_run *run)
{
    run->is_repaired = disturb(run, target_device(run), DEVICE_BUS_MASTER, true) == RESULT_OK;
}

static enum result bridge_injure(struct drill_run *run)
{
    struct device *bridge = device_parent(target_device(run));

    if (bridge)
        return disturb(run, bridge, DEVICE_BUS_MASTER, false);
    drill_say(run, "the device sits on a root bus");
    return RESULT_UNSUPPORTED;
}

static void bridge_repair(struct drill_run *run)
{
    run->is_repaired = disturb(run, device_parent(target_device(run)), DEVICE_BUS_MASTER, true) == RESULT_OK;
}

static enum result decode_injure(struct drill_run *run)
{
    return disturb(run, target_device(run), DEVICE_MEMORY_DECODE, false);
}

static void decode_detect(struct drill_run *run)
{
    drill_audit(run, "memory_decode");
}

static void decode_repair(struct drill_run *run)
{
    run->is_repaired = disturb(run, target_device(run), DEVICE_MEMORY_DECODE, true) == RESULT_OK;
}

const struct drill drill_function_mask = {"function_mask",         "audit",
                                          "the function mask set", function_mask_injure,
                                          function_mask_detect,    function_mask_repair};
const struct drill drill_msix_disabled = {"msix_disabled", "audit",     "the capability's enable bit cleared",
                                          msix_injure,     msix_detect, msix_repair};
const struct drill drill_bus_master = {"bus_master",      "audit",           "bus master off at the function",
                                       bus_master_injure, bus_master_detect, bus_master_repair};
const struct drill drill_bridge = {"bridge",      "audit",           "bus master off at the bridge above it",
                                   bridge_injure, bus_master_detect, bridge_repair};
const struct drill drill_memory_decode = {"memory_decode", "audit",       "memory decode off at the function",
                                          decode_injure,   decode_detect, decode_repair};
