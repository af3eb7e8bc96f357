# Makes stop_names.c of the public headers: every stop code that Windows names. NAMES are the headers, MADE
# the file.
set(rows "")
foreach(header ${NAMES})
    file(STRINGS ${header} lines REGEX "^#define +[A-Z0-9_]+ +(\\(\\(ULONG\\))?0x[0-9A-Fa-f]+")
    foreach(line ${lines})
        string(REGEX REPLACE "^#define +([A-Z0-9_]+) +[^0]*(0x[0-9A-Fa-f]+).*" "    {\\2, \"\\1\"},\n" row "${line}")
        string(APPEND rows "${row}")
    endforeach()
endforeach()
file(WRITE ${MADE} "/* Made from ${NAMES}. */
#include \"tools/stop_codes.h\"

const struct stop_name stop_names[] = {
${rows}};
const unsigned stop_name_count = sizeof stop_names / sizeof stop_names[0];
")
