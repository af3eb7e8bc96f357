#include "pool/bugcheck_fold.h"

#include "pool/os.h"
#include "pool/report.h"
#include "pool/report_output.h"

#include <pthread.h>
#include <string.h>

enum { TOKENS_MAX = 256, ROWS_MAX = 20, TEXT_BYTES = 8192 };

static struct {
    uint64_t findings;
    unsigned tokens;
    struct {
        char token[REPORT_TOKEN_BYTES];
        uint64_t count;
    } row[TOKENS_MAX]; /* when it is full, each further one is new */
} fold;

/* The findings are the parent's to tell. */
static void forget(void)
{
    fold.findings = 0;
    for (unsigned i = 0; i < fold.tokens; i++)
        fold.row[i].count = 0;
}

__attribute__((constructor(102))) static void fold_start(void)
{
    pthread_atfork(NULL, NULL, forget);
}

uint64_t fold_count(void)
{
    return fold.findings;
}

bool fold_is_new(const char *token)
{
    fold.findings++;
    for (unsigned i = 0; i < fold.tokens; i++)
        if (strcmp(fold.row[i].token, token) == 0) {
            fold.row[i].count++;
            return false;
        }
    if (fold.tokens == TOKENS_MAX)
        return true;
    struct text text = TEXT_OVER(fold.row[fold.tokens].token);
    text_add(&text, "%s", token);
    fold.row[fold.tokens++].count = 1;
    return true;
}

void fold_tell(void)
{
    static char bytes[TEXT_BYTES];
    struct text text = TEXT_OVER(bytes);
    text_add(&text, "==%u==expool: %,lu bug check%s passed over:\n", os_process_id(), fold.findings,
             fold.findings == 1 ? "" : "s");
    unsigned kinds = 0;
    for (unsigned i = 0; i < fold.tokens; i++)
        if (fold.row[i].count > 0 && kinds++ < ROWS_MAX)
            text_add(&text, "    %,6lu x %s\n", fold.row[i].count, fold.row[i].token);
    if (kinds > ROWS_MAX)
        text_add(&text, "    and %u more kinds\n", kinds - ROWS_MAX);
    report_output_write(text.bytes, text.length);
}
