#include "pool/report_environment.h"

#include "pool/os.h"
#include "pool/text.h"
#include "pool/util.h"

#include <string.h>

struct report_environment report_environment;

static const char *value_of(const char *name)
{
    bool is_refused = false;
    const char *value = os_environment(name, &is_refused);
    return value != NULL ? value : "";
}

static bool is_set(const char *name)
{
    const char *value = value_of(name);
    return value[0] != 0 && strcmp(value, "0") != 0;
}

static void copy(const char *name, char *to, size_t capacity)
{
    struct text text = text_over(to, capacity);
    text_add(&text, "%s", value_of(name));
}

static bool locale_is_utf8(void)
{
    static const char *const name[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = "";
    for (unsigned i = 0; locale[0] == 0 && i < COUNT_OF(name); i++)
        locale = value_of(name[i]);
    return strstr(locale, "UTF-8") != NULL || strstr(locale, "utf8") != NULL ||
           strstr(locale, "utf-8") != NULL;
}

__attribute__((constructor(102))) static void read_environment(void)
{
    copy("EXPOOL_RUN", report_environment.run, sizeof report_environment.run);
    copy("EXPOOL_RECORDS", report_environment.records, sizeof report_environment.records);
    report_environment.is_colored = is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE");
    report_environment.is_colorless =
        value_of("NO_COLOR")[0] != 0 || strcmp(value_of("TERM"), "dumb") == 0;
    report_environment.is_utf8 = locale_is_utf8();
}
