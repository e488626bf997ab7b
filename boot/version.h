// Which build this is, in the kernel's words: the loader's first line, and one of its report's.
#ifndef BOOT_VERSION_H
#define BOOT_VERSION_H

extern const char version_text[]; // "Signalbox 0.1, commit 0123456789ab+, 2026-11-27 (gcc 12.2.0)"

#endif
