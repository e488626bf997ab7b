// The build's names, from a header that the build makes (kernel/version.sh): only this file is compiled again when it
// changes.

#include "boot/version.h"
#include "version_build.h"

const char version_text[] = VERSION_TEXT;
