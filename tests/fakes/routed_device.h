// A machine of four CPUs with one device that is routed and fires: a network card, its five
// messages connected through the real core to a fake message source.
#ifndef TESTS_FAKES_ROUTED_DEVICE_H
#define TESTS_FAKES_ROUTED_DEVICE_H

#include "kernel/core/message.h"
#include "kernel/inventory/driver.h"
#include "tests/fakes/message_source.h"

enum { ROUTED_CPUS = 4, ROUTED_MESSAGES = 5, ROUTED_DEAF_MESSAGE = 4 }; // the last one cannot be fired

// What becomes of a shot; a stray one arrives where it should, and on another CPU as well.
enum routed_shot { ROUTED_ARRIVES, ROUTED_LOST, ROUTED_TWICE, ROUTED_ELSEWHERE, ROUTED_STRAY, ROUTED_REFUSED };

struct routed_device {
    struct device device;
    struct fake_source source;
    struct device_reading reading; // what its configuration space says; all is well after a reset
    bool pending[ROUTED_MESSAGES];
    enum routed_shot shot;
    uint32_t busy;    // how often the device refuses each shot as busy before it takes it
    uint32_t refused; // how often it has refused the next one
    uint32_t deliveries;
    enum result selftest_result;
    enum result read_result;
};

extern struct routed_device routed;

// Once per program: the tables of CPUs and devices cannot be emptied.
void routed_device_start(void);

// Before each test: shots arrive once, nothing is pending, the driver is content.
void routed_device_reset(void);

struct message *routed_message(uint32_t index);

#endif
