// The build's names, from a header that the build makes (kernel/version.sh): nothing else is compiled anew with it.

#include "kernel/version.h"
#include "version_build.h"

const char version_text[] = VERSION_TEXT;
const char version_release[] = VERSION_RELEASE;
const char *const version_commit = VERSION_COMMIT;
const bool version_changed = VERSION_CHANGED;
const char *const version_date = VERSION_DATE;
const char version_compiler[] = VERSION_COMPILER;
