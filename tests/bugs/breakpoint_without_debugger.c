/* breakpoint_without_debugger.c - stops for a debugger that is not there.
 * With an argument it is the near miss: a filter continues, as a debugger's "go". */
#include <wdm.h>

static void stop_for_a_look(void)
{
    DbgBreakPoint();
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc == 1)
        stop_for_a_look();
    __try {
        stop_for_a_look();
    } __except (EXCEPTION_CONTINUE_EXECUTION) {
    }
    return 0;
}
