// The version line: release and compiler, nothing that differs from one build of the same source to the next.

#include "kernel/version.h"

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

const char version_text[] = "Signalbox " SIGNALBOX_VERSION " (" COMPILER ")";
