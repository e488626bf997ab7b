// The build that unit tests are told they are: what kernel/version.sh writes, with values of its own.
#ifndef TESTS_FAKES_VERSION_BUILD_H
#define TESTS_FAKES_VERSION_BUILD_H

#define VERSION_COMPILER "host"
#define VERSION_RELEASE  "1.2"
#define VERSION_COMMIT   "0123456789ab+"
#define VERSION_CHANGED  1
#define VERSION_DATE     "2026-11-27"
#define VERSION_TEXT     "Signalbox 1.2, commit 0123456789ab+, 2026-11-27 (host)"

#endif
