// The writer of JSON lines.

#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"

static void put(struct json *json, const char *text)
{
    json->out->write(json->out, text, strlen(text));
}

static bool is_plain(char character)
{
    return character >= ' ' && character <= '~' && character != '"' && character != '\\';
}

static void put_escaped(struct json *json, char character)
{
    if (character == '"' || character == '\\')
        output_format(json->out, "\\%c", character);
    else
        output_format(json->out, "\\u%04x", (unsigned char)character);
}

// Runs of characters that need no escape are written in one call.
static void put_quoted(struct json *json, const char *text)
{
    put(json, "\"");
    while (*text) {
        const char *plain = text;
        while (is_plain(*text))
            text++;
        if (text != plain)
            json->out->write(json->out, plain, (size_t)(text - plain));
        if (*text)
            put_escaped(json, *text++);
    }
    put(json, "\"");
}

// Writes the comma and the key before a value.
static void put_lead(struct json *json, const char *key)
{
    if (json->comma[json->depth])
        put(json, ",");
    json->comma[json->depth] = true;
    if (key) {
        put_quoted(json, key);
        put(json, ":");
    }
}

static void begin(struct json *json, const char *key, const char *bracket)
{
    put_lead(json, key);
    put(json, bracket);
    if (json->depth + 1 < JSON_DEPTH)
        json->depth++;
    json->comma[json->depth] = false;
}

static void end(struct json *json, const char *bracket)
{
    put(json, bracket);
    if (json->depth)
        json->depth--;
}

static uint32_t lines; // begun since start-up

uint32_t json_line_total(void)
{
    return lines;
}

void json_line_begin(struct json *json, struct output *out, const char *type)
{
    lines++;
    *json = (struct json){.out = out};
    json_object_begin(json, NULL);
    json_string(json, "type", type);
}

void json_line_end(struct json *json)
{
    json_object_end(json);
    put(json, "\n");
}

void json_object_begin(struct json *json, const char *key)
{
    begin(json, key, "{");
}

void json_object_end(struct json *json)
{
    end(json, "}");
}

void json_array_begin(struct json *json, const char *key)
{
    begin(json, key, "[");
}

void json_array_end(struct json *json)
{
    end(json, "]");
}

void json_string(struct json *json, const char *key, const char *value)
{
    if (!value) {
        json_null(json, key);
        return;
    }
    put_lead(json, key);
    put_quoted(json, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
    put_lead(json, key);
    output_format(json->out, "%llu", (unsigned long long)value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    put_lead(json, key);
    put(json, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
    put_lead(json, key);
    put(json, "null");
}

void json_hex(struct json *json, const char *key, uint64_t value, uint32_t digits)
{
    put_lead(json, key);
    output_format(json->out, "\"0x%.*llx\"", (int)(digits ? digits : 1), (unsigned long long)value);
}
