// pci: the PCI functions, as a list.

#include "kernel/commands/pci.h"
#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/commands/pci_names.h"
#include "kernel/inventory/board_device.h"
#include "kernel/lib/memory.h"

enum { CLASS_COLUMNS = 30 }; // a few classes that are rare have longer names

_Static_assert(COLUMNS_LIMIT - DEVICE_ADDRESS_TEXT - CLASS_COLUMNS - sizeof(":  (rev ff)") >= PCI_NAMES_LEAST,
               "every function has room for its name");

static const char *pci_sign(bool set)
{
    return set ? "+" : "-";
}

void pci_print_msi(struct output *out, const struct msi_shape *msi)
{
    output_format(out, "MSI: Enable%s Count=%u Maskable%s 64bit%s", pci_sign(msi->enabled), msi->maximum,
                  pci_sign(msi->maskable), pci_sign(msi->is_64bit));
}

void pci_print_msix(struct output *out, const struct msix_shape *msix)
{
    output_format(out, "MSI-X: Enable%s Count=%u Masked%s", pci_sign(msix->enabled), msix->table_size,
                  pci_sign(msix->function_masked));
}

// One of the two: the one in use, else the better one.
static void pci_print_messages(struct output *out, const struct device *device)
{
    bool msi_is_used = device->msi.offset && device->msi.enabled && !device->msix.enabled;
    if (device->msix.offset && !msi_is_used)
        pci_print_msix(out, &device->msix);
    else
        pci_print_msi(out, &device->msi);
}

void pci_print_name(struct output *out, const struct device *device)
{
    char address[DEVICE_ADDRESS_TEXT], class[PCI_IDS_TEXT], name[PCI_IDS_TEXT], revision[sizeof(" (rev ff)")] = "";
    pci_names_class(device->class_code, class);
    pci_names_cut(class, CLASS_COLUMNS);
    if (device->revision)
        format_text(revision, sizeof(revision), " (rev %02x)", device->revision);
    size_t used = DEVICE_ADDRESS_TEXT + strlen(class) + strlen(": ") + strlen(revision);
    pci_names_function(device, COLUMNS_LIMIT - used, name);
    output_format(out, "%s %s: %s%s\n", pci_address_format(device->address, address), class, name, revision);
}

// As lspci, and under it what this kernel adds, where there is any: ids, driver, messages.
static void pci_print_row(struct output *out, const struct device *device)
{
    bool has_messages = device->msi.offset || device->msix.offset;
    pci_print_name(out, device);
    if (!has_messages && !device->driver)
        return;
    output_format(out, "%*s%04x:%04x%s%s%s", DEVICE_ADDRESS_TEXT, "", device->vendor_id, device->device_id,
                  device->driver ? " " : "", device->driver ? device->driver->name : "", has_messages ? ", " : "");
    if (has_messages)
        pci_print_messages(out, device);
    output_format(out, "\n");
}

static void pci_refresh(struct device *device)
{
    if (device->refresh)
        device->refresh(device);
}

static void pci_print_all(struct command_call *call)
{
    device_for_each (device) {
        pci_refresh(device);
        (call->json ? pci_print_json : pci_print_row)(call->out, device);
    }
    if (!call->json)
        output_format(call->out, "%u functions\n", device_total());
}

static enum result pci_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 1);
    if (result != RESULT_OK)
        return result;
    if (call->word_count == 1) {
        pci_print_all(call);
        return RESULT_OK;
    }
    if (strcmp(call->words[1], "-t") == 0) {
        if (call->json)
            pci_print_all(call);
        else
            pci_print_tree(call->out);
        return RESULT_OK;
    }
    struct device *device;
    result = command_device(call, 1, &device);
    if (result == RESULT_OK && board_device_is(device))
        result = command_fail(call, RESULT_UNSUPPORTED, "%s is no PCI function", call->words[1]);
    if (result == RESULT_OK) {
        pci_refresh(device);
        (call->json ? pci_print_json : pci_print_details)(call->out, device);
    }
    return result;
}

const struct command command_pci = {
    .name = "pci",
    .usage = "pci [-t|BDF]",
    .summary = "The PCI functions, or all about one",
    .run = pci_run,
    .options = "-t\tas a tree, below the bridges; the same as without it in JSON\n"
               "BDF\tall about this function; the segment may be left out\n",
    .examples = "pci\n"
                "pci -t\n"
                "pci 00:06.0\n",
};
