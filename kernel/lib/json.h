// JSON as specified in kernel/console/CONTRACT.md: one object per line. The writer adds commas and tracks nesting; keys
// are not escaped.
#ifndef KERNEL_LIB_JSON_H
#define KERNEL_LIB_JSON_H

#include "kernel/lib/output.h"

enum { JSON_DEPTH = 8 };

struct json {
    struct output *out;
    uint32_t depth;
    bool comma[JSON_DEPTH]; // the next element at this depth needs a comma before it
};

// A whole line: begin opens the outer object and writes "type" first; end closes it and ends the line.
void json_line_begin(struct json *json, struct output *out, const char *type);

// Lines begun since start-up; two readings differ if a line was printed in between. One writer at a time.
uint32_t json_line_total(void);
void json_line_end(struct json *json);

// `key` is NULL inside an array.
void json_object_begin(struct json *json, const char *key);
void json_object_end(struct json *json);
void json_array_begin(struct json *json, const char *key);
void json_array_end(struct json *json);
void json_string(struct json *json, const char *key, const char *value); // NULL value: null; escaped as in RFC 8259
void json_number(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
// "0x..." lower case, at least `digits` digits.
void json_hex(struct json *json, const char *key, uint64_t value, uint32_t digits);

#endif
