// Layouts: the characters of 48 keys, row by row, at each level. A blank stands for none.

#include "kernel/keyboard/keymap.h"
#include "kernel/lib/memory.h"

enum { ROW_COUNT = 4, USAGE_ISO_HASH = 0x32, USAGE_BACKSLASH = 0x31 };

struct keymap {
    const char *name;
    const char *rows[KEYMAP_LEVEL_COUNT][ROW_COUNT]; // NULL: the level has no characters there
};

// The keys of a row from left to right. The last row begins with the key that only some keyboards have.
static const uint8_t usages[ROW_COUNT][13] = {
    {0x35, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2d, 0x2e},
    {0x14, 0x1a, 0x08, 0x15, 0x17, 0x1c, 0x18, 0x0c, 0x12, 0x13, 0x2f, 0x30, 0x31},
    {0x04, 0x16, 0x07, 0x09, 0x0a, 0x0b, 0x0d, 0x0e, 0x0f, 0x33, 0x34},
    {0x64, 0x1d, 0x1b, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38},
};

static const struct keymap maps[] = {
    {"us",
     {{"`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "\\zxcvbnm,./"},
      {"~!@#$%^&*()_+", "QWERTYUIOP{}|", "ASDFGHJKL:\"", "|ZXCVBNM<>?"}}},
    {"uk",
     {{"`1234567890-=", "qwertyuiop[]#", "asdfghjkl;'", "\\zxcvbnm,./"},
      {" !\" $%^&*()_+", "QWERTYUIOP{}~", "ASDFGHJKL:@", "|ZXCVBNM<>?"}}},
    {"de",
     {{"^1234567890  ", "qwertzuiop +#", "asdfghjkl  ", "<yxcvbnm,.-"},
      {" !\" $%&/()=?`", "QWERTZUIOP *'", "ASDFGHJKL  ", ">YXCVBNM;:_"},
      {"       {[]}\\ ", "@          ~ ", NULL, "|          "}}},
    {"ch",
     {{" 1234567890'^", "qwertzuiop  $", "asdfghjkl  ", "<yxcvbnm,.-"},
      {" +\"* %&/()=?`", "QWERTZUIOP ! ", "ASDFGHJKL  ", ">YXCVBNM;:_"},
      {"  @#   |    ~", "          []}", "          {", "\\          "}}},
    {"fr",
     {{" & \"'(- _  )=", "azertyuiop^$*", "qsdfghjklm ", "<wxcvbn,;:!"},
      {" 1234567890 +", "AZERTYUIOP   ", "QSDFGHJKLM%", ">WXCVBN?./ "},
      {"  ~#{[|`\\^@]}", NULL, NULL, NULL}}},
    {"es",
     {{" 1234567890' ", "qwertyuiop`+ ", "asdfghjkl  ", "<zxcvbnm,.-"},
      {" !\" $%&/()=? ", "QWERTYUIOP^* ", "ASDFGHJKL  ", ">ZXCVBNM;:_"},
      {"\\|@#~        ", "          []}", "          {", NULL}}},
    {"se",
     {{" 1234567890+ ", "qwertyuiop  '", "asdfghjkl  ", "<zxcvbnm,.-"},
      {" !\"# %&/()=?`", "QWERTYUIOP ^*", "ASDFGHJKL  ", ">ZXCVBNM;:_"},
      {"  @ $  {[]}\\ ", "           ~ ", NULL, "|          "}}},
};

const struct keymap *keymap_find(const char *name)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(maps); i++)
        if (strcmp(maps[i].name, name) == 0)
            return &maps[i];
    return NULL;
}

const struct keymap *keymap_default(void)
{
    return &maps[0];
}

const char *keymap_name(const struct keymap *map)
{
    return map->name;
}

bool keymap_has_altgr(const struct keymap *map)
{
    for (uint32_t row = 0; row < ROW_COUNT; row++)
        if (map->rows[KEYMAP_ALTGR][row])
            return true;
    return false;
}

// A USB keyboard of another country names the key left of Enter by a usage of its own; it is the same key.
char keymap_character(const struct keymap *map, enum keymap_level level, uint8_t usage)
{
    uint8_t wanted = usage == USAGE_ISO_HASH ? USAGE_BACKSLASH : usage;

    for (uint32_t row = 0; row < ROW_COUNT; row++) {
        const char *characters = map->rows[level][row];
        for (uint32_t i = 0; characters && characters[i]; i++)
            if (usages[row][i] == wanted)
                return characters[i] == ' ' ? '\0' : characters[i];
    }
    return '\0';
}
