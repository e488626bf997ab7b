// The build's names, from a header that the build makes (kernel/version.sh): nothing else is compiled anew with it.

#include "boot/version.h"
#include "version_build.h"

const char version_text[] = VERSION_TEXT;
