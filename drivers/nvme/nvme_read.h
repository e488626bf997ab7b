// Reading 4 KiB blocks of namespace 1 through a chosen queue.
#ifndef DRIVERS_NVME_NVME_READ_H
#define DRIVERS_NVME_NVME_READ_H

#include "drivers/nvme/nvme_controller.h"

// read_block of nvme.h. One caller per pair at a time.
MUST_USE enum result nvme_read_block(struct nvme_controller *controller, struct nvme_pair *pair, uint64_t block,
                                     void *buffer);

// A read of block 0 into the scratch page, put into the queue as nvme_queue_put(). RESULT_BUSY when the queue is full.
MUST_USE enum result nvme_read_put(struct nvme_controller *controller, struct nvme_pair *pair);

#endif
