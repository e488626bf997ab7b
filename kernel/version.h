// What `version` prints. SIGNALBOX_VERSION comes from the Makefile (git describe, or the fixed release).
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

extern const char version_text[]; // "Signalbox 0.1 (gcc 12.2.0)"

#endif
