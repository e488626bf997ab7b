// A choice for who sits at the machine before the kernel starts, by the firmware's own keyboard driver.

#include "boot/menu.h"
#include "boot/step.h"

enum { OFFER_SECONDS = 3, READING_SECONDS = 600, EDIT_LENGTH = 512 };

struct choice {
    char key;
    const char *text;
    const char *words; // behind the command line, where the later word counts
};

static const struct choice choices[] = {
    {'1', "the map of all messages", "run=\"pci; messages\""},
    {'2', "self-test", "run=\"selftest; audit\""},
    {'3', "prove: every message is fired, moved and counted", "run=\"prove; audit\""},
    {'4', "all there is to know, for a report", "run=\"dossier\""},
};

static void text_put(struct config_text *text, const char *words)
{
    struct config_text more = {.length = 0};
    while (words[more.length] != '\0' && more.length < CONFIG_TEXT_CAPACITY) {
        more.bytes[more.length] = words[more.length];
        more.length++;
    }
    config_text_append(text, &more);
}

static void show_words(const struct config_text *text)
{
    char shown[EDIT_LENGTH + 1];
    size_t length = text->length < EDIT_LENGTH ? text->length : EDIT_LENGTH;
    for (size_t i = 0; i < length; i++)
        shown[i] = text->bytes[i];
    shown[length] = '\0';
    efi_library_print(shown);
}

// The line as it stands can be added to and taken back from its end.
static void edit(struct config_text *text)
{
    EFI_INPUT_KEY key;
    efi_library_print("\nwords: ");
    show_words(text);
    while (efi_library_read_key(READING_SECONDS, &key) && key.UnicodeChar != '\r' && key.UnicodeChar != '\n') {
        if (key.UnicodeChar == '\b' && text->length > 0) {
            text->length--;
            efi_library_print("\b \b");
        } else if (key.UnicodeChar >= ' ' && key.UnicodeChar < 0x7f && text->length < CONFIG_TEXT_CAPACITY) {
            char shown[] = {(char)key.UnicodeChar, '\0'};
            text->bytes[text->length++] = shown[0];
            efi_library_print(shown);
        }
    }
    efi_library_print("\n");
}

static void show_menu(void)
{
    efi_library_print("\n");
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        char key[] = {' ', ' ', choices[i].key, ' ', ' ', '\0'};
        efi_library_print(key);
        efi_library_print(choices[i].text);
        efi_library_print("\n");
    }
    efi_library_print("  5  edit the command line\n  Enter starts as it is\n");
}

static void choose(struct loader *loader)
{
    EFI_INPUT_KEY key;
    show_menu();
    while (efi_library_read_key(READING_SECONDS, &key) && key.UnicodeChar != '\r' && key.UnicodeChar != '\n') {
        for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
            if (key.UnicodeChar == (CHAR16)choices[i].key) {
                text_put(&loader->command_line, choices[i].words);
                return;
            }
        }
        if (key.UnicodeChar == '5') {
            edit(&loader->command_line);
            return;
        }
    }
}

EFI_STATUS menu_offer(struct loader *loader)
{
    EFI_INPUT_KEY key;
    if (!loader->is_attended || config_text_has_word(&loader->command_line, "nomenu") || ST->ConIn == NULL)
        return EFI_SUCCESS;
    step_note("a key within %u seconds opens it", (unsigned)OFFER_SECONDS);
    if (efi_library_read_key(OFFER_SECONDS, &key))
        choose(loader);
    return EFI_SUCCESS;
}
