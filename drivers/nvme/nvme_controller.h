// The controller: registers, bring-up, its queues, and commands that are waited for (NVM Express Base
// Specification 1.4, 3.1 registers, 7.6.1 initialisation). Everything here is PASSIVE except nvme_controller_serve().
#ifndef DRIVERS_NVME_NVME_CONTROLLER_H
#define DRIVERS_NVME_NVME_CONTROLLER_H

#include "drivers/nvme/nvme_identify.h"
#include "drivers/nvme/nvme_queue.h"
#include "kernel/core/interrupt.h"
#include "kernel/inventory/device.h"

enum { NVME_NAMESPACE = 1 };

// A queue pair with the message that tells of its completions. Number 0 is the admin pair.
struct nvme_pair {
    struct nvme_queue queue;
    struct nvme_pair *next; // served by the same message
    struct physical pages;  // submission ring, completion ring, bounce page
    uint32_t number;
    uint32_t message;
};

struct nvme_controller {
    struct device *device;
    volatile uint8_t *registers;
    uint32_t timeout_steps;   // for ready to follow enable
    uint32_t doorbell_stride; // bytes
    uint32_t depth;           // of each I/O queue
    uint32_t pair_limit;      // I/O queue pairs whose doorbells lie inside the registers
    bool is_line;             // message 0 is the line
    bool failed;              // taken down after a time-out, for good
    struct physical scratch;  // one page: identify data, then what shots read
    struct nvme_namespace space;
    char model[NVME_MODEL_LENGTH + 1];
    struct nvme_pair **by_message; // the first pair each message serves
    uint32_t pair_count;           // the admin pair included; 0 before it exists
    struct nvme_pair **pairs;
};

// Maps the registers, checks what this driver needs, and disables the controller: the firmware's queues are no longer
// used. Makes room for `pairs` queue pairs and the admin pair itself, served by message 0.
MUST_USE enum result nvme_controller_open(struct nvme_controller *controller, struct device *device, uint32_t pairs);

// Enables it with its admin pair. From here on completions interrupt.
MUST_USE enum result nvme_controller_enable(struct nvme_controller *controller);

// Creates one more I/O queue pair, served by message `message`. No more than were made room for, nor than `pair_limit`.
MUST_USE enum result nvme_controller_add_pair(struct nvme_controller *controller, uint32_t message);

// Sends a command and waits for the interrupt that completes it; *answer is its dword 0. RESULT_FAILED: the controller
// reports a status. RESULT_TIMEOUT: no interrupt came; the controller is disabled, or else it could still write to the
// command's memory. RESULT_GONE: after that.
MUST_USE enum result nvme_controller_run(struct nvme_controller *controller, struct nvme_pair *pair,
                                         const struct nvme_command *command, uint32_t *answer);

// Takes the completions of every queue that `message` serves; false when there were none. Any IRQL.
bool nvme_controller_serve(struct nvme_controller *controller, uint32_t message);

// Disables the controller; it keeps its memory.
void nvme_controller_disable(struct nvme_controller *controller);

// Frees all memory. The controller is disabled and its messages are disconnected.
void nvme_controller_release(struct nvme_controller *controller);

#endif
